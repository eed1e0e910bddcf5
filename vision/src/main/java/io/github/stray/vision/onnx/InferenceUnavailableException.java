// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** ONNX Runtime, or what a network shall run on, cannot be had here: a fault of the environment, not of the input. */
public final class InferenceUnavailableException extends RuntimeException implements Remedied {
    private static final long serialVersionUID = 1L;

    private final Remedy remedy;

    InferenceUnavailableException(Throwable cause) {
        this(unloadable(root(cause)), Remedy.NONE, cause);
    }

    private InferenceUnavailableException(String message, Remedy remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    @Override
    public Remedy remedy() {
        return remedy;
    }

    @Override
    public String about() {
        return "";
    }

    static InferenceUnavailableException notBuiltFor(Provider provider, Object available) {
        return new InferenceUnavailableException(
                "provider %s is not in this build of ONNX Runtime, which has %s. Build Stray with -Dstray.onnxruntime=onnxruntime_gpu, or put onnxruntime_gpu-%s.jar in the place of onnxruntime-%s.jar in the folder lib; or take the processor"
                        .formatted(
                                provider.id(), available, OnnxNetwork.runtimeVersion(), OnnxNetwork.runtimeVersion()),
                Remedy.PROCESSOR,
                null);
    }

    static InferenceUnavailableException notUsable(Provider provider, Throwable cause) {
        return new InferenceUnavailableException(
                "provider %s cannot be used here: %s. It needs an NVIDIA GPU with its driver, and CUDA and cuDNN of the versions that ONNX Runtime %s asks for, where the system's loader finds them; or take the processor"
                        .formatted(provider.id(), reason(cause), OnnxNetwork.runtimeVersion()),
                Remedy.PROCESSOR,
                cause);
    }

    private static String unloadable(Throwable root) {
        String place = System.getProperty("java.io.tmpdir");
        if (root instanceof FileSystemException failed
                && String.valueOf(failed.getFile()).startsWith(place)) {
            String why = Files.isDirectory(Path.of(place))
                    ? Objects.requireNonNullElse(failed.getReason(), "it refuses a new folder")
                    : "there is no such folder";
            return "ONNX Runtime needs a folder of temporary files, and cannot use '%s' (java.io.tmpdir): %s"
                    .formatted(place, why);
        }
        return "ONNX Runtime cannot be loaded on %s/%s: %s. Its library exists for Linux, macOS and Windows on x64 and"
                        .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), reason(root))
                + " aarch64, and needs a folder that can be written and allows execution (STRAY_HOME)";
    }

    private static String reason(Throwable cause) {
        Throwable root = root(cause);
        String message = root.getMessage();
        String kind = root.getClass().getSimpleName();
        return message == null ? kind : kind + ": " + message;
    }

    private static Throwable root(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
