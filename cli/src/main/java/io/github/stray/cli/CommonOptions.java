// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command, and printing as they ask for it: results on standard output, all else on standard error. */
final class CommonOptions {
    @Option(names = "--json", description = "Print one JSON document on standard output.")
    boolean json;

    @Option(names = "--quiet", description = "No progress and no notes on standard error; errors only.")
    boolean quiet;

    @Option(names = "--debug", description = "Show a stack trace with an error.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    Console console() {
        return ((Stray) command.root().userObject()).console();
    }

    PrintStream out() {
        return console().out();
    }

    PrintStream err() {
        return console().err();
    }

    void json(Map<String, ?> document) {
        out().println(JsonWriter.indent("  ").string().object(document).done());
    }

    /** The same document written bit by bit, for one that is larger than memory. */
    JsonAppendableWriter jsonStream() {
        return JsonWriter.indent("  ").on((Appendable) out());
    }

    /** Prints a result: the document where JSON was asked for, else the lines. */
    void print(Map<String, ?> document, List<String> lines) {
        if (json) {
            json(document);
        } else {
            lines.forEach(out()::println);
        }
    }

    /** One line of the results. */
    void say(String format, @Nullable Object... arguments) {
        out().printf(Locale.ROOT, format + "%n", arguments);
    }

    /** One line on standard error, unless nothing was to be said there. */
    void remark(String format, @Nullable Object... arguments) {
        if (!quiet) {
            err().printf(Locale.ROOT, format + "%n", arguments);
        }
    }

    /** What a user should know about the results. */
    void notes(List<String> notes) {
        notes.forEach(note -> remark("stray: note: %s", note));
    }

    /** Names what is there and cannot be used, each with its reason. */
    int broken(Map<String, String> reasons) {
        reasons.forEach((name, reason) -> err().printf("stray: %s cannot be used: %s%n", name, reason));
        return reasons.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    Progress progress(String task, String unit, long total) {
        return new Progress(console(), quiet, task, unit, total);
    }

    /** The command as it was typed, for provenance. */
    String commandLine() {
        return command.root().commandLine().getParseResult().originalArgs().stream()
                .map(CommonOptions::quoted)
                .collect(Collectors.joining(" ", "stray ", ""));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_@%+=:,./#~-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
