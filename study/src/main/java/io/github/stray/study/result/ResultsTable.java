// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.suite.SuitePair;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table for the terminal: for each pair the mean AUROC over its OOD sets, detectors by extractors. */
public final class ResultsTable {
    private static final int LEAST_COLUMN = 8;

    private ResultsTable() {}

    /**
     * The table.
     *
     * @param results what a study found
     * @return lines, each ended by a line feed
     */
    public static String text(StudyResults results) {
        var means = new HashMap<List<String>, Mean>();
        results.means()
                .forEach(
                        mean -> means.put(List.of(mean.extractor(), mean.pair(), mean.detector(), mean.group()), mean));
        var text = new StringBuilder();
        for (SuitePair pair : results.suite().pairs()) {
            List<Cell> cells = results.cells().stream()
                    .filter(cell -> cell.pair().equals(pair.name()))
                    .toList();
            if (!cells.isEmpty()) {
                pair(text, pair, cells, means);
            }
        }
        return text.toString();
    }

    private static void pair(StringBuilder text, SuitePair pair, List<Cell> cells, Map<List<String>, Mean> means) {
        List<String> extractors = cells.stream().map(Cell::extractor).distinct().toList();
        List<String> detectors = cells.stream().map(Cell::detector).distinct().toList();
        int first = Math.max(
                pair.name().length(),
                detectors.stream().mapToInt(String::length).max().orElse(0));
        if (!text.isEmpty()) {
            text.append('\n');
        }
        text.append("mean AUROC over the OOD sets\n").append(padded(pair.name(), first));
        extractors.forEach(extractor -> text.append("  ").append(right(extractor, width(extractor))));
        text.append('\n');
        for (String detector : detectors) {
            text.append(padded(detector, first));
            for (String extractor : extractors) {
                Mean mean = means.get(List.of(extractor, pair.name(), detector, "all"));
                String shown = mean == null
                        ? word(cells, extractor, detector)
                        : String.format(Locale.ROOT, "%.3f", mean.auroc());
                text.append("  ").append(right(shown, width(extractor)));
            }
            text.append('\n');
        }
    }

    private static String word(List<Cell> cells, String extractor, String detector) {
        boolean failed = cells.stream()
                .anyMatch(cell -> cell.extractor().equals(extractor)
                        && cell.detector().equals(detector)
                        && cell.outcome() instanceof Failed);
        return failed ? "failed" : "n/a";
    }

    private static int width(String extractor) {
        return Math.max(LEAST_COLUMN, extractor.length());
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
