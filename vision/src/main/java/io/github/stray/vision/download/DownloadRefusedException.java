// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

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
}
