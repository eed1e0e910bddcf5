// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.io.IOException;

/** A set of images cannot be read; the message says which file or entry and why, in one line for a user. */
public final class DatasetException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * A set that is empty, missing, damaged or hostile.
     *
     * @param message one line for a user
     */
    public DatasetException(String message) {
        super(message);
    }

    /**
     * A set that could not be read.
     *
     * @param message one line for a user
     * @param cause what the reader said
     */
    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
