// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;

import io.github.stray.report.StudyReport.Cell;
import io.github.stray.report.StudyReport.Failed;
import io.github.stray.report.StudyReport.NotApplicable;
import io.github.stray.report.StudyReport.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** Cells that failed or do not apply, those of one reason together, and samples that could not be read. */
record StudyFailures(StudyReport report, Html html, Page page) {

    /** The cells of one reason; each of its names at least once. */
    record Group(
            String reason,
            int cells,
            SequencedSet<String> extractors,
            SequencedSet<String> detectors,
            SequencedSet<String> pairs) {}

    /** Cells of this kind, those of one reason together. */
    List<Group> groups(Class<? extends Outcome> kind) {
        var byReason = new LinkedHashMap<String, List<Cell>>();
        for (Cell cell : report.cells()) {
            if (kind.isInstance(cell.outcome())) {
                byReason.computeIfAbsent(reason(cell.outcome()), reason -> new ArrayList<>())
                        .add(cell);
            }
        }
        var groups = new ArrayList<Group>();
        for (Map.Entry<String, List<Cell>> each : byReason.entrySet()) {
            var group = new Group(
                    each.getKey(),
                    each.getValue().size(),
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>());
            for (Cell cell : each.getValue()) {
                group.extractors().add(cell.extractor());
                group.detectors().add(cell.detector());
                group.pairs().add(cell.pair().name());
            }
            groups.add(group);
        }
        return groups;
    }

    private static String reason(Outcome outcome) {
        return switch (outcome) {
            case Failed failed -> failed.reason();
            case NotApplicable absent -> absent.reason();
            case StudyReport.Figures figures -> throw new IllegalStateException("has figures: " + figures);
        };
    }

    void write() throws IOException {
        section("failed", "Failures", "cells failed. The study ended with exit code 1.", Failed.class);
        section(
                "absent",
                "Not applicable",
                "cells cannot have figures: the detector needs what the extractor or the set does not have.",
                NotApplicable.class);
        page.failedSamples("samples", report.failed());
    }

    private void section(String id, String heading, String said, Class<? extends Outcome> kind) throws IOException {
        List<Group> groups = groups(kind);
        if (groups.isEmpty()) {
            return;
        }
        page.section(id, heading);
        int cells = groups.stream().mapToInt(Group::cells).sum();
        html.leaf(
                "p",
                "%s %s".formatted(count(cells), cells == 1 ? said.replace("cells", "cell") : said),
                "class",
                "soft");
        page.table(heading, "class", "reasons");
        html.open("thead").open("tr").leaf("th", "Reason", "scope", "col");
        page.head("cells", "Number of cells");
        for (String name : List.of("Detectors", "Extractors", "Pairs")) {
            html.leaf("th", name, "scope", "col");
        }
        html.close("tr").close("thead").open("tbody");
        for (Group group : groups) {
            html.open("tr").leaf("th", group.reason(), "scope", "row");
            page.number(count(group.cells()));
            html.leaf("td", names(group.detectors(), report.detectors().size()));
            html.leaf("td", names(group.extractors(), report.extractors().size()));
            html.leaf("td", names(group.pairs(), report.pairs().size()));
            html.close("tr");
        }
        html.close("tbody");
        page.endTable();
        html.close("section");
    }

    private static String names(SequencedSet<String> names, int of) {
        return names.size() == of && of > 1 ? "all " + of : String.join(", ", names);
    }
}
