// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

/** ONNX Runtime's native library cannot be loaded here: a fault of the environment, not of the input. */
public final class InferenceUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InferenceUnavailableException(Throwable cause) {
        super(
                "ONNX Runtime cannot be loaded on %s/%s: %s. Its library exists for Linux, macOS and Windows on x64 and"
                                .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), reason(cause))
                        + " aarch64, and needs a writable temporary folder that allows execution (-Djava.io.tmpdir=DIR)",
                cause);
    }

    private static String reason(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        String kind = root.getClass().getSimpleName();
        return message == null ? kind : kind + ": " + message;
    }
}
