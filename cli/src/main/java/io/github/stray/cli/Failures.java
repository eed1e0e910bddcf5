// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.remedy.RefusedException;
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
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns a failure into one clear message and the exit code of the contract. */
final class Failures {
    private Failures() {}

    static int usage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("stray: " + failure.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
            command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE;
    }

    static int report(Throwable failure, Console console, boolean debug) {
        if (debug) {
            failure.printStackTrace(console.err());
        }
        return switch (failure) {
            case UsageException wrong -> say(console, describe(wrong), ExitCode.USAGE);
            case RefusedException refused -> say(console, describe(refused) + Remedies.of(refused), ExitCode.USAGE);
            case IllegalArgumentException wrong -> say(console, describe(wrong), ExitCode.USAGE);
            case InferenceUnavailableException unavailable -> say(console, describe(unavailable), ExitCode.ENVIRONMENT);
            case TokenizerUnavailableException unavailable -> say(console, describe(unavailable), ExitCode.ENVIRONMENT);
            case DownloadUnavailableException unavailable -> say(console, describe(unavailable), ExitCode.ENVIRONMENT);
            case DownloadRefusedException bad -> say(console, describe(bad), ExitCode.USAGE);
            case InvalidTokenizerException bad -> say(console, describe(bad), ExitCode.USAGE);
            case DatasetRefusedException bad -> say(console, describe(bad), ExitCode.USAGE);
            case DatasetException bad -> say(console, describe(bad), ExitCode.USAGE);
            case InvalidNetworkException bad -> say(console, describe(bad), ExitCode.USAGE);
            case UnreadableGraphException bad -> say(console, describe(bad), ExitCode.USAGE);
            case InvalidCardException bad -> say(console, describe(bad), ExitCode.USAGE);
            case BadFileException bad -> say(console, describe(bad), ExitCode.USAGE);
            case NoSuchFileException missing ->
                say(
                        console,
                        missing.getReason() == null
                                ? "no such file or folder: " + missing.getFile()
                                : describe(missing),
                        ExitCode.USAGE);
            case FileAlreadyExistsException exists ->
                say(
                        console,
                        exists.getReason() == null
                                ? "%s exists and is no folder".formatted(exists.getFile())
                                : describe(exists),
                        ExitCode.USAGE);
            case AccessDeniedException denied ->
                say(
                        console,
                        denied.getReason() == null ? "no permission for " + denied.getFile() : describe(denied),
                        ExitCode.ENVIRONMENT);
            case LinkageError missing -> missingLibrary(missing, console);
            case OutOfMemoryError full ->
                say(
                        console,
                        "out of memory (%s). Give Java more, for example STRAY_JAVA_OPTIONS=-Xmx8g, or work in smaller pieces."
                                .formatted(full.getMessage()),
                        ExitCode.ENVIRONMENT);
            case IOException io -> say(console, describe(io), ExitCode.FAILED);
            default ->
                say(
                        console,
                        "internal error: %s%s"
                                .formatted(failure, debug ? "" : ". Please report it with the output of --debug."),
                        ExitCode.FAILED);
        };
    }

    private static int missingLibrary(LinkageError missing, Console console) {
        String what = String.valueOf(missing.getMessage());
        return what.contains("onnxruntime") || what.contains("stray/vision")
                ? say(
                        console,
                        "this command needs images, and ONNX Runtime is not on the class path (%s). Use the full distribution, or features (-f)."
                                .formatted(what),
                        ExitCode.ENVIRONMENT)
                : say(console, "a library is missing or does not fit: " + missing, ExitCode.ENVIRONMENT);
    }

    private static String describe(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static int say(Console console, String message, int code) {
        console.err().println("stray: " + message);
        return code;
    }
}
