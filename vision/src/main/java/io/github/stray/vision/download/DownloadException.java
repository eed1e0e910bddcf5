// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whoever was asked did not give what it should: wrong bytes, a listing that cannot be read. No message holds an access
 * token, nor the query of an address, which may be signed.
 */
public class DownloadException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message one line for a user
     */
    public DownloadException(String message) {
        super(message);
    }

    /**
     * A failure with its cause.
     *
     * @param message one line for a user
     * @param cause what happened below
     */
    public DownloadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
