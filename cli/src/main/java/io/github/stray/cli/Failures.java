// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.store.BadFileException;
import io.github.stray.text.InvalidTokenizerException;
import io.github.stray.text.TokenizerUnavailableException;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.data.DatasetRefusedException;
import io.github.stray.vision.dataset.DatasetException;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.InvalidNetworkException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns a failure into one clear message and the exit code of the contract. */
final class Failures {
    /** What operating systems say of a place that takes nothing more; Java has no types for these. */
    private static final List<String> TAKES_NOTHING =
            List.of("No space left on device", "Disk quota exceeded", "Read-only file system", "File too large");

    private Failures() {}

    static int usage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("stray: " + VisibleText.of(String.valueOf(failure.getMessage())));
        if (!UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
            command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE;
    }

    static int report(Throwable thrown, Console console, boolean debug) {
        Throwable failure = switch (thrown) {
            case UncheckedIOException unchecked when unchecked.getCause() != null -> unchecked.getCause();
            default -> thrown;
        };
        if (debug) {
            thrown.printStackTrace(console.err());
        }
        console.err().println("stray: " + message(failure, debug));
        return code(failure);
    }

    private static String message(Throwable failure, boolean debug) {
        return switch (failure) {
            case NoSuchFileException missing
            when missing.getReason() == null -> "no such file or folder: " + missing.getFile();
            case FileAlreadyExistsException exists
            when exists.getReason() == null -> exists.getFile() + " exists and is no folder";
            case AccessDeniedException denied
            when denied.getReason() == null -> "no permission for " + denied.getFile();
            case LinkageError missing -> missingLibrary(missing);
            case OutOfMemoryError full ->
                "out of memory (%s). Give Java more, for example STRAY_JAVA_OPTIONS=-Xmx8g, or work in smaller pieces."
                        .formatted(full.getMessage());
            case UsageException known -> describe(known);
            case IllegalArgumentException known -> describe(known);
            case InferenceUnavailableException known -> describe(known);
            case TokenizerUnavailableException known -> describe(known);
            case IOException known -> describe(known);
            default ->
                "internal error: %s%s"
                        .formatted(failure, debug ? "" : ". Please report it with the output of --debug.");
        };
    }

    private static int code(Throwable failure) {
        if (takesNothing(failure)) {
            return ExitCode.ENVIRONMENT;
        }
        return switch (failure) {
            case InferenceUnavailableException _,
                    TokenizerUnavailableException _,
                    DownloadUnavailableException _,
                    AccessDeniedException _,
                    LinkageError _,
                    OutOfMemoryError _ -> ExitCode.ENVIRONMENT;
            case UsageException _,
                    IllegalArgumentException _,
                    DownloadRefusedException _,
                    InvalidTokenizerException _,
                    DatasetRefusedException _,
                    DatasetException _,
                    InvalidNetworkException _,
                    UnreadableGraphException _,
                    InvalidCardException _,
                    BadFileException _,
                    NoSuchFileException _,
                    FileAlreadyExistsException _ -> ExitCode.USAGE;
            default -> ExitCode.FAILED;
        };
    }

    private static boolean takesNothing(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(IOException.class::isInstance)
                .map(cause -> String.valueOf(cause.getMessage()))
                .anyMatch(message -> TAKES_NOTHING.stream().anyMatch(message::endsWith));
    }

    private static String missingLibrary(LinkageError missing) {
        String what = String.valueOf(missing.getMessage());
        return what.contains("onnxruntime") || what.contains("stray/vision")
                ? "this command needs images, and ONNX Runtime is not on the class path (%s). Use the full distribution, or features (-f)."
                        .formatted(what)
                : "a library is missing or does not fit: " + missing;
    }

    private static String describe(Exception failure) {
        String message = failure.getMessage();
        return (message == null ? failure.getClass().getSimpleName() : message) + Remedies.of(failure);
    }
}
