// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.study.result.Outcome.Failed;
import java.util.Locale;

/** A table for the terminal: for each pair the mean AUROC over its OOD sets, detectors by extractors. */
public final class ResultsTable {
    private static final int LEAST_COLUMN = 8;

    private ResultsTable() {}

    /**
     * {@return the table: lines, each ended by a line feed}
     *
     * @param results what a study found
     */
    public static String text(StudyResults results) {
        var text = new StringBuilder();
        for (PairCells table : PairCells.of(results)) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            pair(text, table);
        }
        return text.toString();
    }

    private static void pair(StringBuilder text, PairCells table) {
        int first = Math.max(
                table.pair().length(),
                table.detectors().stream().mapToInt(String::length).max().orElse(0));
        text.append("mean AUROC over the OOD sets\n").append(padded(table.pair(), first));
        for (String extractor : table.extractors()) {
            text.append("  ").append(right(extractor, width(extractor)));
        }
        text.append('\n');
        for (String detector : table.detectors()) {
            text.append(padded(detector, first));
            for (String extractor : table.extractors()) {
                String shown = table.mean(extractor, detector, PairCells.ALL)
                        .map(mean -> String.format(Locale.ROOT, "%.3f", mean.auroc()))
                        .orElseGet(() -> word(table, extractor, detector));
                text.append("  ").append(right(shown, width(extractor)));
            }
            text.append('\n');
        }
    }

    private static String word(PairCells table, String extractor, String detector) {
        boolean failed = table.row(extractor, detector).stream().anyMatch(cell -> cell.outcome() instanceof Failed);
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
