// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.score.Scores;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Thresholds, p-values and verdicts are SciPy's and NumPy's, by {@code tools/golden/threshold.py}. */
class CalibrationGoldenTest {
    @TestFactory
    List<DynamicTest> of_goldenCase_thresholdPValuesAndVerdictsOfTheOracle() throws Exception {
        JsonObject golden;
        try (Reader reader = Files.newBufferedReader(Path.of("..", "golden", "threshold", "threshold.json"))) {
            golden = JsonParser.object().from(reader);
        }
        List<DynamicTest> tests = golden.getArray("cases").stream()
                .map(JsonObject.class::cast)
                .map(expected -> DynamicTest.dynamicTest(expected.getString("title"), () -> check(expected)))
                .toList();
        assertThat(tests).hasSizeGreaterThan(90);
        return tests;
    }

    private static void check(JsonObject expected) {
        Calibration calibration =
                Calibration.of(Scores.of(numbers(expected.getArray("calibration"))), expected.getDouble("tpr"));
        assertThat(calibration.threshold())
                .isEqualTo(expected.isNull("threshold") ? Double.NEGATIVE_INFINITY : expected.getDouble("threshold"));
        double[] scores = numbers(expected.getArray("scores"));
        for (int i = 0; i < scores.length; i++) {
            assertThat(calibration.pValue(scores[i]))
                    .isEqualTo(expected.getArray("p_values").getDouble(i));
            assertThat(calibration.verdict(scores[i]) == Verdict.IN)
                    .as("verdict of %s", scores[i])
                    .isEqualTo(expected.getArray("in").getBoolean(i));
        }
    }

    private static double[] numbers(JsonArray values) {
        return IntStream.range(0, values.size()).mapToDouble(values::getDouble).toArray();
    }
}
