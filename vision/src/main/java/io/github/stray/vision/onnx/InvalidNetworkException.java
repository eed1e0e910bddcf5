// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import java.io.IOException;

/** A network's file is damaged, is no ONNX, or is not what its card says. */
public final class InvalidNetworkException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message file, what was found, what was expected
     */
    public InvalidNetworkException(String message) {
        super(message);
    }

    InvalidNetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
