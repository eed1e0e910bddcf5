// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonObject;
import io.github.stray.metric.Auroc;
import io.github.stray.metric.Bootstrap;
import io.github.stray.metric.BootstrapIntervals;
import io.github.stray.metric.Convention;
import io.github.stray.metric.Interval;
import io.github.stray.metric.RankedScores;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics in all conventions, of {@code golden/metric} and {@code golden/bootstrap}. */
final class MetricSections {
    static final double TOLERANCE = 1e-12;

    private final Map<String, Comparison> byName = new LinkedHashMap<>();

    private MetricSections() {}

    static List<Section> read() {
        var sections = new ArrayList<Section>();
        sections.add(section("metrics", GoldenFiles.of("metric"), MetricSections::metrics));
        sections.add(section("bootstrap intervals", GoldenFiles.of("bootstrap"), MetricSections::bootstrap));
        return sections;
    }

    static String name(String metric, Convention convention) {
        return metric + ", " + convention.lowerCaseName();
    }

    private interface Reading {
        void read(MetricSections rows, JsonObject golden);
    }

    private static Section section(String title, List<Path> files, Reading reading) {
        var rows = new MetricSections();
        var oracle = Section.Oracle.of(GoldenFiles.read(files.getFirst()));
        for (Path file : files) {
            JsonObject golden = GoldenFiles.read(file);
            if (!Section.Oracle.of(golden).equals(oracle)) {
                throw new AssertionError(file + " names another oracle than " + files.getFirst());
            }
            reading.read(rows, golden);
        }
        return new Section(
                title,
                oracle,
                rows.byName.entrySet().stream()
                        .map(entry -> Row.of(entry.getKey(), entry.getValue(), TOLERANCE))
                        .toList());
    }

    private Comparison row(String name) {
        return byName.computeIfAbsent(name, key -> new Comparison(0)).nextInput();
    }

    private void metrics(JsonObject golden) {
        RankedScores ranked = ranked(golden);
        JsonObject expected = golden.getObject("expected");
        row("AUROC").add(Auroc.of(ranked), expected.getDouble("auroc"));
        if (!expected.isNull("auroc_ci95")) {
            add(row("AUROC interval"), Auroc.interval(ranked), expected, "auroc_ci95");
        }
        for (Convention convention : Convention.values()) {
            if (!expected.getObject("conventions").has(convention.lowerCaseName())) {
                continue; // infinite scores have no interpolated quantile in NumPy
            }
            JsonObject figures = expected.getObject("conventions").getObject(convention.lowerCaseName());
            Comparison fpr = row(name("FPR", convention));
            figures.getObject("fpr")
                    .forEach((tpr, value) -> fpr.add(
                            convention.fprAtTpr(ranked, Double.parseDouble(tpr)), ((Number) value).doubleValue()));
            row(name("AUPR-In", convention)).add(convention.auprIn(ranked), figures.getDouble("aupr_in"));
            row(name("AUPR-Out", convention)).add(convention.auprOut(ranked), figures.getDouble("aupr_out"));
        }
    }

    private void bootstrap(JsonObject golden) {
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            RankedScores ranked = ranked(expected);
            for (Convention convention : Convention.values()) {
                BootstrapIntervals intervals = new Bootstrap(expected.getInt("resamples"), expected.getLong("seed"))
                        .intervals(ranked, expected.getDouble("tpr"), convention);
                JsonObject ends = expected.getObject("conventions").getObject(convention.lowerCaseName());
                add(row(name("AUROC", convention)), intervals.auroc(), ends, "auroc");
                add(row(name("FPR", convention)), intervals.fprAtTpr(), ends, "fpr");
                add(row(name("AUPR-In", convention)), intervals.auprIn(), ends, "aupr_in");
                add(row(name("AUPR-Out", convention)), intervals.auprOut(), ends, "aupr_out");
            }
        }
    }

    private static void add(Comparison comparison, Interval interval, JsonObject expected, String key) {
        comparison.add(new double[] {interval.lower(), interval.upper()}, Comparison.numbers(expected.getArray(key)));
    }

    private static RankedScores ranked(JsonObject golden) {
        return RankedScores.of(new IdOodScores(
                Scores.of(Comparison.numbers(golden.getArray("id"))),
                Scores.of(Comparison.numbers(golden.getArray("ood")))));
    }
}
