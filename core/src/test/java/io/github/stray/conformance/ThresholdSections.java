// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonObject;
import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import java.util.Arrays;
import java.util.List;

/** Thresholds and p-values, of {@code golden/threshold}. */
final class ThresholdSections {
    private ThresholdSections() {}

    static List<Section> read() {
        return GoldenFiles.of("threshold").stream()
                .map(file -> section(GoldenFiles.read(file)))
                .toList();
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
