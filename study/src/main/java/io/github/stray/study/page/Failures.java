// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.count;

import io.github.stray.extract.FailedSample;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.result.StudyResults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Cells that failed or do not apply, those of one reason together, and samples that could not be read. */
record Failures(StudyResults results, Cells cells, Html html, Page page) {

    /** The cells of one reason, at least one. */
    record Group(String reason, List<Cell> cells) {
        List<String> extractors() {
            return names(Cell::extractor);
        }

        List<String> detectors() {
            return names(Cell::detector);
        }

        List<String> pairs() {
            return names(cell -> OodPair.of(cell).name());
        }

        private List<String> names(Function<Cell, String> name) {
            return cells.stream().map(name).distinct().toList();
        }
    }

    /** Cells of this kind, those of one reason together. */
    static List<Group> groups(StudyResults results, Class<? extends Outcome> kind) {
        return results.cells().stream()
                .filter(cell -> kind.isInstance(cell.outcome()))
                .collect(
                        Collectors.groupingBy(cell -> cell.outcome().reason(), LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(each -> new Group(each.getKey(), each.getValue()))
                .toList();
    }

    /** Samples of all sets that could not be read. */
    static List<FailedSample> samples(StudyResults results) {
        return results.sets().stream().flatMap(set -> set.failed().stream()).toList();
    }

    void write() {
        section("failed", "Failures", "cells failed. The study ended with exit code 1.", Failed.class);
        section(
                "absent",
                "Not applicable",
                "cells cannot have figures: the detector needs what the extractor or the set does not have.",
                NotApplicable.class);
        page.failedSamples("samples", samples(results));
    }

    private void section(String id, String heading, String said, Class<? extends Outcome> kind) {
        List<Group> groups = groups(results, kind);
        if (groups.isEmpty()) {
            return;
        }
        page.section(id, heading);
        int all = cells.count(kind);
        page.explain("%s %s".formatted(count(all), all == 1 ? said.replace("cells", "cell") : said));
        page.table(heading, "class", "reasons");
        page.columns("Reason");
        page.head("cells", "Number of cells");
        page.columns("Detectors", "Extractors", "Pairs");
        page.rows();
        for (Group group : groups) {
            html.open("tr").leaf("th", group.reason(), "scope", "row");
            page.number(count(group.cells().size()));
            html.leaf("td", names(group.detectors(), cells.detectors().size()));
            html.leaf("td", names(group.extractors(), cells.extractors().size()));
            html.leaf("td", names(group.pairs(), cells.pairs().size()));
            html.close("tr");
        }
        page.endTable();
        html.close("section");
    }

    private static String names(List<String> names, int of) {
        return names.size() == of && of > 1 ? "all " + of : String.join(", ", names);
    }
}
