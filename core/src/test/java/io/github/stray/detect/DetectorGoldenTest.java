// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Scores as NumPy, SciPy and scikit-learn compute them, by {@code tools/golden/detect.py}. */
class DetectorGoldenTest {
    @TestFactory
    List<DynamicTest> knn_everyVariant_scoresOfTheOracle() throws Exception {
        return cases("knn");
    }

    @TestFactory
    List<DynamicTest> mahalanobis_everyVariant_scoresOfTheOracle() throws Exception {
        return cases("mahalanobis");
    }

    private static List<DynamicTest> cases(String name) throws Exception {
        JsonObject golden;
        try (InputStream in = Files.newInputStream(Path.of("../golden/detect/" + name + ".json"))) {
            golden = JsonParser.object().from(in);
        }
        var tests = new ArrayList<DynamicTest>();
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            JsonObject input = golden.getObject("inputs").getObject(expected.getString("input"));
            tests.add(DynamicTest.dynamicTest(
                    expected.getString("detector") + " on " + expected.getString("input"),
                    () -> check(expected, input)));
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests;
    }

    private static void check(JsonObject expected, JsonObject input) {
        JsonArray labels = input.getArray("labels");
        FeatureSet training = set(input.getArray("training"))
                .withLabels(Labels.of(
                        IntStream.range(0, labels.size()).map(labels::getInt).toArray()));
        FittedDetector fitted = Detectors.parse(expected.getString("detector")).fit(training);
        double[] scores = fitted.score(set(input.getArray("samples"))).toArray();
        JsonArray oracle = expected.getArray("scores");
        assertThat(scores).hasSize(oracle.size());
        // 1e-6 I on a singular covariance of order 10 loses seven digits in either library; elsewhere nine must agree.
        double tolerance = expected.getString("detector").contains("pytorch-ood") ? 1e-7 : 1e-9;
        for (int i = 0; i < scores.length; i++) {
            double value = oracle.getDouble(i);
            assertThat(scores[i]).as("sample %d", i).isCloseTo(value, within(tolerance * Math.abs(value) + 1e-12));
        }
        if (expected.has("dropped")) {
            int dropped = expected.getInt("dropped");
            List<String> singular = fitted.notes().stream()
                    .filter(note -> note.startsWith("the covariance is singular"))
                    .toList();
            assertThat(singular).hasSize(dropped > 0 ? 1 : 0);
            assertThat(singular).allMatch(note -> note.contains(": %d of ".formatted(dropped)));
        }
    }

    private static FeatureSet set(JsonArray rows) {
        int d = rows.getArray(0).size();
        float[] values = new float[rows.size() * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.getArray(i / d).getFloat(i % d);
        }
        return FeatureSet.of(FeatureMatrix.copyOf(values, rows.size(), d), "golden");
    }
}
