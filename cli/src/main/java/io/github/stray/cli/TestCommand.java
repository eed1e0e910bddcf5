// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import picocli.CommandLine.Command;

/** Stands for the test suite, which the launcher of a source checkout runs with Maven. */
@Command(
        name = "test",
        description = {
            "Run the test suite and the build gate (in a source checkout).",
            "Further arguments go to Maven, for example: ./stray test -pl core"
        })
final class TestCommand extends StrayCommand {
    @Override
    public Integer call() {
        common.err().println("stray: the tests are part of the source checkout; run ./stray test there.");
        return ExitCode.ENVIRONMENT;
    }
}
