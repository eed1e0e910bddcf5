// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.accuracy.KnnAccuracy;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.metric.Correlation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** k-NN accuracy and correlations, of {@code golden/accuracy}. */
final class AccuracySections {
    static final String ACCURACY = "k-NN accuracy";
    static final String R_SQUARED = "R^2";

    private AccuracySections() {}

    static List<Section> read() {
        return GoldenFiles.of("accuracy").stream()
                .map(AccuracySections::section)
                .toList();
    }

    private static Section section(Path file) {
        JsonObject golden = GoldenFiles.read(file);
        return switch (file.getFileName().toString()) {
            case "knn.json" -> knn(golden);
            case "correlation.json" -> correlation(golden);
            default -> throw new AssertionError("no one compares " + file);
        };
    }

    private static Section knn(JsonObject golden) {
        var predictions = new Comparison(0);
        var accuracies = new Comparison(0);
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            JsonObject input = golden.getObject("inputs").getObject(expected.getString("input"));
            FeatureSet training = labelled(input, "training", "labels");
            FeatureSet test = labelled(input, "samples", "sample_labels");
            var knn = new KnnAccuracy(expected.getInt("k"));
            predictions
                    .nextInput()
                    .add(
                            Arrays.stream(knn.predict(training, test).toArray())
                                    .asDoubleStream()
                                    .toArray(),
                            Comparison.numbers(expected.getArray("predicted")));
            accuracies.nextInput().add(knn.of(training, test), expected.getDouble("accuracy"));
        }
        return new Section(
                ACCURACY,
                Section.Oracle.of(golden),
                List.of(Row.of("predicted classes", predictions, 0), Row.of("accuracy", accuracies, 0)));
    }

    private static Section correlation(JsonObject golden) {
        var r = new Comparison(0);
        var rSquared = new Comparison(0);
        var line = new Comparison(0);
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            Correlation actual = Correlation.of(
                    Comparison.numbers(expected.getArray("x")), Comparison.numbers(expected.getArray("y")));
            r.nextInput().add(actual.pearson(), expected.getDouble("r"));
            rSquared.nextInput().add(actual.rSquared(), Math.pow(expected.getDouble("r"), 2));
            line.nextInput().add(actual.slope(), expected.getDouble("slope"));
            line.add(actual.intercept(), expected.getDouble("intercept"));
        }
        return new Section(
                "correlation",
                Section.Oracle.of(golden),
                List.of(
                        Row.of("Pearson's r", r, MetricSections.TOLERANCE),
                        Row.of(R_SQUARED, rSquared, MetricSections.TOLERANCE),
                        Row.of("slope and intercept", line, MetricSections.TOLERANCE)));
    }

    private static FeatureSet labelled(JsonObject input, String rows, String labels) {
        JsonArray values = input.getArray(labels);
        return set(input.getArray(rows))
                .withLabels(Labels.of(
                        IntStream.range(0, values.size()).map(values::getInt).toArray()));
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
