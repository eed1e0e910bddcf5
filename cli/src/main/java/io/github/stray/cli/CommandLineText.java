// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command as it was typed, for provenance. */
final class CommandLineText {
    private CommandLineText() {}

    static String of(CommandSpec spec) {
        return spec.root().commandLine().getParseResult().originalArgs().stream()
                .map(CommandLineText::quoted)
                .collect(Collectors.joining(" ", "stray ", ""));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_@%+=:,./#~-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
