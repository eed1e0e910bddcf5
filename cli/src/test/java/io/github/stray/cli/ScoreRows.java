// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A score CSV, read by splitting at commas: fine for ids without any. And the metrics written down as they are defined.
 *
 * @param header column names
 * @param rows one map a row
 */
record ScoreRows(List<String> header, List<Map<String, String>> rows) {

    static ScoreRows read(Path csv) throws IOException {
        return parse(Files.readString(csv));
    }

    static ScoreRows parse(String csv) {
        List<String> lines = csv.lines().toList();
        List<String> header = List.of(lines.getFirst().split(",", -1));
        var rows = new ArrayList<Map<String, String>>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",", -1);
            if (fields.length != header.size()) {
                throw new AssertionError("%d fields under %s: %s".formatted(fields.length, header, line));
            }
            var row = new LinkedHashMap<String, String>();
            for (int i = 0; i < fields.length; i++) {
                row.put(header.get(i), fields[i]);
            }
            rows.add(row);
        }
        return new ScoreRows(header, rows);
    }

    List<String> column(String name) {
        return rows.stream()
                .map(row -> Optional.ofNullable(row.get(name)).orElseThrow())
                .toList();
    }

    double[] scores() {
        return column("score").stream().mapToDouble(Double::parseDouble).toArray();
    }

    double[] scores(String set) {
        return rows.stream()
                .filter(row -> set.equals(row.get("set")))
                .mapToDouble(row -> Double.parseDouble(Objects.requireNonNull(row.get("score"))))
                .toArray();
    }

    static double auroc(double[] id, double[] ood) {
        double wins = 0;
        for (double inside : id) {
            for (double outside : ood) {
                wins += inside > outside ? 1 : inside == outside ? 0.5 : 0;
            }
        }
        return wins / ((double) id.length * ood.length);
    }

    /** Share of OOD at or above the highest threshold that keeps the wanted share of ID. */
    static double fpr(double[] id, double[] ood, double tpr) {
        double strictest = Double.NEGATIVE_INFINITY;
        for (double threshold : id) {
            if ((double) atLeast(id, threshold) / id.length >= tpr) {
                strictest = Math.max(strictest, threshold);
            }
        }
        return (double) atLeast(ood, strictest) / ood.length;
    }

    /** Sum over distinct thresholds, from the highest, of the step in recall times the precision. */
    static double averagePrecision(double[] positive, double[] negative) {
        double[] thresholds = Arrays.stream(positive).distinct().sorted().toArray();
        double sum = 0;
        long reached = 0;
        for (int i = thresholds.length - 1; i >= 0; i--) {
            long hits = atLeast(positive, thresholds[i]);
            sum += (double) (hits - reached) / positive.length * hits / (hits + atLeast(negative, thresholds[i]));
            reached = hits;
        }
        return sum;
    }

    static double[] negated(double[] values) {
        return Arrays.stream(values).map(value -> -value).toArray();
    }

    private static long atLeast(double[] values, double threshold) {
        return Arrays.stream(values).filter(value -> value >= threshold).count();
    }
}
