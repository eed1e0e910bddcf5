// SPDX-License-Identifier: Apache-2.0
package io.github.stray.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Predictions and accuracies are scikit-learn's, by {@code tools/golden/accuracy.py}. */
class AccuracyGoldenTest {
    @TestFactory
    List<DynamicTest> predict_goldenCase_classesOfTheOracle() throws Exception {
        JsonObject golden;
        try (Reader reader = Files.newBufferedReader(Path.of("..", "golden", "accuracy", "knn.json"))) {
            golden = JsonParser.object().from(reader);
        }
        var tests = new ArrayList<DynamicTest>();
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            JsonObject input = golden.getObject("inputs").getObject(expected.getString("input"));
            tests.add(DynamicTest.dynamicTest(
                    "k = %d on %s".formatted(expected.getInt("k"), expected.getString("input")),
                    () -> check(expected, input)));
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests;
    }

    private static void check(JsonObject expected, JsonObject input) {
        FeatureSet training = set(input.getArray("training")).withLabels(labels(input.getArray("labels")));
        FeatureSet test = set(input.getArray("samples")).withLabels(labels(input.getArray("sample_labels")));
        var knn = new KnnAccuracy(expected.getInt("k"));
        assertThat(knn.predict(training, test)).isEqualTo(labels(expected.getArray("predicted")));
        assertThat(knn.of(training, test)).isEqualTo(expected.getDouble("accuracy"));
    }

    private static Labels labels(JsonArray values) {
        return Labels.of(IntStream.range(0, values.size()).map(values::getInt).toArray());
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
