// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonObject;
import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.FalseDiscoveries;
import io.github.stray.threshold.KeepRate;
import io.github.stray.threshold.Promise;
import java.util.Arrays;
import java.util.List;

/** Thresholds, p-values, what a threshold keeps, and discoveries of a batch, of {@code golden/threshold}. */
final class ThresholdSections {
    private ThresholdSections() {}

    static List<Section> read() {
        return GoldenFiles.of("threshold").stream()
                .map(file -> switch (String.valueOf(file.getFileName())) {
                    case "keep-rate.json" -> keepRate(GoldenFiles.read(file));
                    case "discoveries.json" -> discoveries(GoldenFiles.read(file));
                    default -> section(GoldenFiles.read(file));
                })
                .toList();
    }

    /** A calibration of n scores whose threshold has the rank asked for. */
    private static KeepRate rate(int n, int rank) {
        return Calibration.of(Scores.of(new double[n]), 1 - (rank + 0.5) / (n + 1))
                .keepRate();
    }

    private static Section keepRate(JsonObject golden) {
        var means = new Comparison(0);
        var ends = new Comparison(0);
        var sizes = new Comparison(0);
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            KeepRate rate = rate(expected.getInt("n"), expected.getInt("rank"));
            means.nextInput().add(rate.mean(), expected.getDouble("mean"));
            ends.nextInput().add(rate.low(), expected.getDouble("low"));
            ends.add(rate.high(), expected.getDouble("high"));
        }
        for (Object entry : golden.getArray("promises")) {
            JsonObject expected = (JsonObject) entry;
            Promise promise = Promise.withConfidence(expected.getDouble("tpr"), expected.getDouble("confidence"));
            sizes.nextInput().add((double) promise.smallestSize(), expected.getDouble("smallest"));
            expected.getObject("ranks").forEach((n, rank) -> {
                if (rank instanceof Number known) {
                    Scores scores = Scores.of(new double[Integer.parseInt(n)]);
                    sizes.add(Calibration.of(scores, promise).rank(), known.doubleValue());
                }
            });
        }
        return new Section(
                "what a threshold keeps",
                Section.Oracle.of(golden),
                List.of(
                        Row.of("mean", means, 1e-12),
                        Row.of("90 % range", ends, 1e-10),
                        Row.of("ranks and sizes of a confidence", sizes, 0)));
    }

    private static Section discoveries(JsonObject golden) {
        var rejected = new Comparison(0);
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            double[] p = Comparison.numbers(expected.getArray("p_values"));
            double cut = FalseDiscoveries.cut(p, expected.getDouble("q"));
            rejected.nextInput();
            for (int i = 0; i < p.length; i++) {
                rejected.add(p[i] <= cut ? 1 : 0, expected.getArray("rejected").getBoolean(i) ? 1 : 0);
            }
        }
        return new Section(
                "discoveries of a batch", Section.Oracle.of(golden), List.of(Row.of("rejected", rejected, 0)));
    }

    private static Section section(JsonObject golden) {
        var thresholds = new Comparison(0);
        var pValues = new Comparison(0);
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            Calibration calibration = Calibration.of(
                    Scores.of(Comparison.numbers(expected.getArray("calibration"))), expected.getDouble("tpr"));
            thresholds
                    .nextInput()
                    .add(
                            calibration.threshold(),
                            expected.isNull("threshold") ? Double.NEGATIVE_INFINITY : expected.getDouble("threshold"));
            double[] scores = Comparison.numbers(expected.getArray("scores"));
            pValues.nextInput()
                    .add(
                            Arrays.stream(scores).map(calibration::pValue).toArray(),
                            Comparison.numbers(expected.getArray("p_values")));
        }
        return new Section(
                "calibration",
                Section.Oracle.of(golden),
                List.of(Row.of("threshold", thresholds, 0), Row.of("p-value", pValues, 0)));
    }
}
