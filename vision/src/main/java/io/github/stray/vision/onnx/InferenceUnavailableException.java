// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import org.jspecify.annotations.Nullable;

/** ONNX Runtime, or what a network shall run on, cannot be had here: a fault of the environment, not of the input. */
public final class InferenceUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InferenceUnavailableException(Throwable cause) {
        super(
                "ONNX Runtime cannot be loaded on %s/%s: %s. Its library exists for Linux, macOS and Windows on x64 and"
                                .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), reason(cause))
                        + " aarch64, and needs a writable temporary folder that allows execution (-Djava.io.tmpdir=DIR)",
                cause);
    }

    private InferenceUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static InferenceUnavailableException notBuiltFor(Provider provider, Object available) {
        return new InferenceUnavailableException(
                "provider %s is not in this build of ONNX Runtime, which has %s. Build Stray with -Dstray.onnxruntime=onnxruntime_gpu, or put onnxruntime_gpu-%s.jar in the place of onnxruntime-%s.jar in the folder lib; or take --provider cpu"
                        .formatted(
                                provider.id(), available, OnnxNetwork.runtimeVersion(), OnnxNetwork.runtimeVersion()),
                null);
    }

    static InferenceUnavailableException notUsable(Provider provider, Throwable cause) {
        return new InferenceUnavailableException(
                "provider %s cannot be used here: %s. It needs an NVIDIA GPU with its driver, and CUDA and cuDNN of the versions that ONNX Runtime %s asks for, where the system's loader finds them; or take --provider cpu"
                        .formatted(provider.id(), reason(cause), OnnxNetwork.runtimeVersion()),
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
