// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's environment, of which a process has one. Making it runs regular expressions over the command line of the
 * process for telemetry, by a recursion that takes about 250 bytes of stack a character: from 4,000 characters on it ends
 * the process without a word (ONNX Runtime 1.29, Linux). So it is made on a thread with a stack for the longest command
 * line, of which only what is used is memory, and telemetry is switched off.
 */
final class OnnxEnvironment {
    private static final long STACK = 1L << 30;

    private static @Nullable OrtEnvironment environment;

    private OnnxEnvironment() {}

    /** The environment; repeated calls give the same one. */
    static synchronized OrtEnvironment get() {
        if (environment == null) {
            environment = make();
        }
        return environment;
    }

    private static OrtEnvironment make() {
        var made = new FutureTask<>(() -> {
            OrtEnvironment loaded = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "stray");
            loaded.setTelemetry(false);
            return loaded;
        });
        var thread = new Thread(null, made, "onnx-environment", STACK);
        thread.setDaemon(true);
        thread.start();
        try {
            return made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ONNX Runtime was loaded", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case LinkageError missing -> throw missing;
                case OrtException bad -> throw new IllegalStateException(bad.getMessage(), bad);
                case RuntimeException bad -> throw bad;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }
}
