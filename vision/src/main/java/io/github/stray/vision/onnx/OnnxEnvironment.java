// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's environment, of which a process has one. Making it runs regular expressions over the command line of the
 * process for telemetry, by a recursion that takes about 250 bytes of stack a character: from 4,000 characters on it ends
 * the process without a word (ONNX Runtime 1.29, Linux). So it is made on a thread with a stack for the longest command
 * line, of which only what is used is memory, and telemetry is switched off.
 */
final class OnnxEnvironment {
    private static final long STACK = 1L << 30;
    private static final long LEAST_STACK = 16L << 20;

    /** Bytes of stack for a character of the command line, twice what was measured. */
    private static final long STACK_OF_CHARACTER = 512;

    /** The property by which ONNX Runtime is told where its libraries are. */
    private static final String PLACE = "onnxruntime.native.path";

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
            unpack();
            OrtEnvironment loaded = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "stray");
            loaded.setTelemetry(false);
            return loaded;
        });
        var thread = new Thread(null, made, "onnx-environment", stack());
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

    /** As much as this command line needs, since a limit of the process's memory counts all of it; much where it is not known. */
    private static long stack() {
        try {
            return LEAST_STACK + STACK_OF_CHARACTER * Files.readAllBytes(Path.of("/proc/self/cmdline")).length;
        } catch (IOException e) {
            return STACK;
        }
    }

    /**
     * Lets ONNX Runtime find its libraries where they were unpacked. Left alone it unpacks them into the temporary folder
     * each time, and a killed process leaves them there. Providers for GPUs are several hundred megabytes and stay with its
     * own way, as does a home that cannot be written.
     */
    private static void unpack() {
        ClassLoader loader = OrtEnvironment.class.getClassLoader();
        String folder = "ai/onnxruntime/native/%s/".formatted(platform());
        boolean isForGpus = loader.getResource(folder + System.mapLibraryName("onnxruntime_providers_cuda")) != null;
        if (System.getProperty(PLACE) != null || isForGpus) {
            return;
        }
        List<String> libraries = Stream.of("onnxruntime", "onnxruntime4j_jni")
                .map(name -> folder + System.mapLibraryName(name))
                .toList();
        try {
            Path place = NativeLibraries.unpack("onnxruntime-" + version(), loader, libraries);
            System.setProperty(PLACE, place.toString());
        } catch (IOException e) {
            System.getLogger(OnnxEnvironment.class.getName())
                    .log(System.Logger.Level.DEBUG, "ONNX Runtime unpacks its libraries itself", e);
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(OrtEnvironment.class.getPackage().getImplementationVersion(), "unknown");
    }

    /** As the folders of the jar are named. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String architecture = System.getProperty("os.arch");
        return "%s-%s"
                .formatted(
                        system.startsWith("mac") ? "osx" : system.startsWith("win") ? "win" : "linux",
                        architecture.equals("aarch64") ? architecture : "x64");
    }
}
