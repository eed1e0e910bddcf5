// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearHead.Standardisation;
import io.github.stray.probe.SeenSamples;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The cases of a file {@code golden/detect/*.json}.
 *
 * <p>{@code oracle}: name, version, variant. {@code inputs}, by title: {@code training} and {@code samples}, rows;
 * {@code labels}; {@code head} with {@code weight}, {@code bias}, {@code mean}, {@code scale}; {@code classes}, rows;
 * {@code negatives}, rows, with {@code parts}; {@code embeddings}, rows of the training samples; {@code patches}, a list of
 * rows for each of the samples. All but {@code samples} are optional. {@code cases}: {@code input}, {@code detector},
 * {@code scores}; an infinite score is the text {@code "-Infinity"}.
 *
 * @param oracle who computed the scores
 * @param version of the oracle
 * @param variant what was computed
 * @param cases in the order of the file
 */
public record GoldenCases(String oracle, String version, String variant, List<Case> cases) {
    /**
     * One detector on one input.
     *
     * @param input title of the input
     * @param detector as in {@code fit -d}
     * @param training what it is fitted to
     * @param samples what it scores
     * @param scores of the oracle
     * @param json the case as it stands in the file
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Case(
            String input, String detector, Training training, FeatureSet samples, double[] scores, JsonObject json) {
        public FittedDetector fitted() {
            return Detectors.parse(detector).fit(training);
        }

        /** Largest difference allowed, relative to the oracle's score; {@link #ABSOLUTE_TOLERANCE} comes on top. */
        public double tolerance() {
            return DetectorGoldenTest.tolerance(detector);
        }
    }

    /** For scores near zero. */
    public static final double ABSOLUTE_TOLERANCE = 1e-12;

    public static GoldenCases read(Path file) {
        JsonObject golden;
        try (InputStream in = Files.newInputStream(file)) {
            golden = JsonParser.object().from(in);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        } catch (JsonParserException e) {
            throw new AssertionError(file.toString(), e);
        }
        var cases = new ArrayList<Case>();
        for (Object entry : golden.getArray("cases")) {
            JsonObject json = (JsonObject) entry;
            String title = json.getString("input");
            JsonObject input = golden.getObject("inputs").getObject(title);
            cases.add(new Case(
                    title,
                    json.getString("detector"),
                    training(input),
                    samples(input),
                    numbers(json.getArray("scores")),
                    json));
        }
        JsonObject oracle = golden.getObject("oracle");
        return new GoldenCases(
                oracle.getString("name"), oracle.getString("version"), oracle.getString("variant"), cases);
    }

    private static Training training(JsonObject input) {
        Training training = Training.NOTHING;
        if (input.has("training")) {
            FeatureSet samples = FeatureSet.of(matrix(input.getArray("training")), "golden training");
            if (input.has("labels")) {
                JsonArray labels = input.getArray("labels");
                samples = samples.withLabels(Labels.of(
                        IntStream.range(0, labels.size()).map(labels::getInt).toArray()));
            }
            if (input.has("embeddings")) {
                samples = samples.with(Layer.EMBEDDINGS, layer(matrix(input.getArray("embeddings"))));
            }
            training = training.with(samples);
        }
        if (input.has("head")) {
            training = training.with(head(input.getObject("head")));
        }
        if (input.has("classes")) {
            training = training.with(embeddings(input.getArray("classes")));
        }
        if (input.has("negatives")) {
            JsonArray parts = input.getArray("parts");
            training = training.with(new NegativeWords(
                    embeddings(input.getArray("negatives")),
                    IntStream.range(0, parts.size()).map(parts::getInt).toArray()));
        }
        return training;
    }

    private static FeatureSet samples(JsonObject input) {
        FeatureSet samples = FeatureSet.of(matrix(input.getArray("samples")), "golden samples");
        if (!input.has("patches")) {
            return samples;
        }
        JsonArray patches = input.getArray("patches");
        int perSample = patches.getArray(0).size();
        int e = patches.getArray(0).getArray(0).size();
        float[] values = new float[patches.size() * perSample * e];
        for (int i = 0; i < values.length; i++) {
            values[i] = patches.getArray(i / (perSample * e))
                    .getArray(i / e % perSample)
                    .getFloat(i % e);
        }
        return samples.with(
                Layer.PATCHES,
                new FeatureLayer(Tensor.ofFloats(values, patches.size(), perSample, e), FeatureSpace.unknown(e)));
    }

    private static LinearHead head(JsonObject head) {
        FeatureMatrix weight = matrix(head.getArray("weight"));
        Optional<Standardisation> standardisation = head.has("mean")
                ? Optional.of(new Standardisation(floats(head.getArray("mean")), floats(head.getArray("scale"))))
                : Optional.empty();
        return new LinearHead(
                weight,
                floats(head.getArray("bias")),
                standardisation,
                List.of(),
                FeatureSpace.unknown(weight.dimension()),
                SeenSamples.UNKNOWN);
    }

    private static ClassEmbeddings embeddings(JsonArray rows) {
        FeatureMatrix matrix = matrix(rows);
        return new ClassEmbeddings(matrix, List.of(), FeatureSpace.unknown(matrix.dimension()));
    }

    private static FeatureLayer layer(FeatureMatrix rows) {
        return new FeatureLayer(rows.toTensor(), FeatureSpace.unknown(rows.dimension()));
    }

    private static FeatureMatrix matrix(JsonArray rows) {
        int d = rows.getArray(0).size();
        float[] values = new float[rows.size() * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.getArray(i / d).getFloat(i % d);
        }
        return FeatureMatrix.copyOf(values, rows.size(), d);
    }

    private static float[] floats(JsonArray numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.getFloat(i);
        }
        return values;
    }

    private static double[] numbers(JsonArray numbers) {
        return numbers.stream()
                .mapToDouble(value ->
                        value instanceof String text ? Double.parseDouble(text) : ((Number) value).doubleValue())
                .toArray();
    }
}
