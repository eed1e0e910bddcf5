// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import io.github.stray.remedy.Remedy;

/** What was asked for cannot be had: no such repository, revision, dataset or file, or hostile content. */
public final class DownloadRefusedException extends DownloadException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message one line for a user
     */
    public DownloadRefusedException(String message) {
        super(message);
    }

    /**
     * A failure of which it is known what would help.
     *
     * @param message one line for a user, without the remedy
     * @param remedy what would help
     * @param about the name that the remedy speaks of
     */
    public DownloadRefusedException(String message, Remedy remedy, String about) {
        super(message, remedy, about);
    }
}
