// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command. */
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
