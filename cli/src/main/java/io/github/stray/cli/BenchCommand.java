// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.store.JsonRow.row;

import io.github.stray.study.suite.ShippedSuites;
import io.github.stray.study.suite.Suite;
import io.github.stray.study.suite.SuiteExtractor;
import io.github.stray.study.suite.SuitePair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Studies: extractors x detectors x pairs of ID and OOD sets. */
@Command(
        name = "bench",
        description = "Studies: run one, list those that ship with Stray, show one.",
        subcommands = BenchRunCommand.class)
final class BenchCommand extends StrayCommand {
    @Override
    public Integer call() throws IOException {
        return list(common);
    }

    /** What ships. */
    @Command(name = "list", description = "The suites that ship with Stray.")
    int list(@Mixin CommonOptions common) throws IOException {
        var rows = new ArrayList<Map<String, Object>>();
        var lines = new ArrayList<String>();
        for (String name : ShippedSuites.names()) {
            Suite suite = ShippedSuites.open(name);
            lines.add("%-18s %s".formatted(name, suite.title()));
            List<String> extractors =
                    suite.extractors().stream().map(SuiteExtractor::name).toList();
            rows.add(row(
                    "name", name,
                    "title", suite.title(),
                    "pairs", suite.pairs().stream().map(SuitePair::name).toList(),
                    "extractors", extractors,
                    "detectors", suite.detectors()));
        }
        common.print(Map.of("suites", rows), lines);
        return ExitCode.DONE;
    }

    /** One suite. */
    @Command(
            name = "show",
            description = "The text of a suite, to read or to start one's own from. A file is checked.",
            footer = {"", "Example:", "  stray bench show sample > mine.yaml"})
    int show(
            @Mixin CommonOptions common,
            @Parameters(paramLabel = "NAME|FILE.yaml", description = "A name of 'stray bench list', or a file.")
                    String name)
            throws IOException {
        Suite suite = ShippedSuites.open(name);
        String text = ShippedSuites.text(name);
        if (common.json) {
            common.json(row("name", suite.name(), "title", suite.title(), "yaml", text));
        } else {
            common.out().print(text);
        }
        return ExitCode.DONE;
    }
}
