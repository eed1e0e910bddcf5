// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.io.IOException;

/** A set of images cannot be read; the message says which file or entry and why, in one line for a user. */
public final class DatasetException extends IOException {
    private static final long serialVersionUID = 1L;

    DatasetException(String message) {
        super(message);
    }

    DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
