// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import io.github.stray.remedy.Remedy;
import org.jspecify.annotations.Nullable;

/** Something around this program is in the way: no connection, offline by choice, no permission, a full disk. */
public final class DownloadUnavailableException extends DownloadException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message one line for a user
     */
    public DownloadUnavailableException(String message) {
        super(message);
    }

    /**
     * A failure with its cause.
     *
     * @param message one line for a user
     * @param cause what happened below
     */
    public DownloadUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * A failure of which it is known what would help.
     *
     * @param message one line for a user, without the remedy
     * @param remedy what would help; its name is left empty
     */
    public DownloadUnavailableException(String message, Remedy remedy) {
        super(message, remedy, "");
    }
}
