// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Layer;
import io.github.stray.store.Npy;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.Normalisation;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import io.github.stray.vision.preprocess.PreparedSink;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.PreprocessingStage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A folder as {@code tools/exports} writes it: {@code model/}, which is added with nothing else said, and what its own library
 * makes of the pictures and texts beside it.
 *
 * @param folder the folder
 */
record Export(Path folder) {
    /** What the library's own pixels stand under in {@link Outcome#differences}. */
    static final String PIXELS = "pixels";

    /** How the largest difference of all layers is called where the network is given the library's own pixels. */
    private static final String ON_EQUAL_PIXELS = "on equal pixels";

    /** How it is called where the values are those of the file of lower precision, not of the float32 network. */
    private static final String OF_THE_FILE = " of the file";

    private static final String LEVELS = "levels";

    /** Of a row, on equal pixels, and of texts. */
    private static final double ROUNDING = 1e-4;

    /** Of a row, through the library's real processor. */
    private static final double THROUGH_PROCESSOR = 1e-3;

    /** Parts of a standard deviation. */
    private static final double HALF_PRECISION = 0.02;

    private static final double INTEGERS = 0.15;

    private static final double SAME_FILE = 0.02;

    /** Grey levels that rounding of floating-point pixels makes. */
    private static final double NO_LEVEL = 0.01;

    /**
     * Largest difference of each array that is expected, or why the folder was refused. {@code levels} and {@code pixels} are
     * grey levels; of half precision and integers the others are parts of a standard deviation over the pictures, else of a row.
     */
    record Outcome(Map<String, Double> differences, Optional<String> refusal) {}

    String name() {
        return String.valueOf(folder.getFileName());
    }

    JsonObject expected() throws IOException {
        return json("expected.json").map(JsonObject.class::cast).orElseGet(JsonObject::new);
    }

    /** Whether the file is of half precision or of integers; the values that are expected are those of float32. */
    boolean rounded() throws IOException {
        return expected().has("distance from float32 in standard deviations");
    }

    /** The largest difference with which an array is right; infinite where nothing is asked of it. */
    double allowed(String array) throws IOException {
        if (array.equals(LEVELS) && expected().getString(LEVELS, "").startsWith("not whole")) {
            return Double.POSITIVE_INFINITY; // these are compared as pixels
        }
        if (array.equals(LEVELS) || array.equals(PIXELS)) {
            return NO_LEVEL;
        }
        if (array.endsWith(OF_THE_FILE)) {
            return SAME_FILE;
        }
        if (rounded()) {
            boolean half = name().contains("fp16");
            return half ? HALF_PRECISION : name().contains("q4") ? Double.POSITIVE_INFINITY : INTEGERS;
        }
        return array.equals(ON_EQUAL_PIXELS) || array.equals("text") ? ROUNDING : THROUGH_PROCESSOR;
    }

    /** Whether a refusal is right. */
    boolean isToRefuse() throws IOException {
        return expected().getString("right", "").equals("a refusal");
    }

    private Optional<Object> json(String file) throws IOException {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonParser.any().from(Files.readString(path)));
        } catch (JsonParserException e) {
            throw new IOException(path.toString(), e);
        }
    }

    private Path images() {
        Path own = folder.resolve("images");
        return Files.isDirectory(own) ? own : folder.resolveSibling("images");
    }

    /** Adds it to a store and compares all that is expected. */
    Outcome compare(ModelStore store) throws IOException {
        var differences = new LinkedHashMap<String, Double>();
        boolean deviations = rounded();
        StoredModel model;
        try {
            model = add(new ModelInstaller(store));
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome(differences, Optional.of(String.valueOf(e.getMessage())));
        }
        try (OnnxExtractor extractor = model.open()) {
            for (Layer layer : Layer.values()) {
                Optional<Tensor> values = array(layer.id());
                if (values.isPresent()) {
                    differences.put(
                            layer.id(),
                            extractor.layers().containsKey(layer)
                                    ? difference(rows(extractor, layer), values.get(), rowNames(layer.id()), deviations)
                                    : Double.NaN);
                }
                Optional<Tensor> ofFile = array(layer.id() + "-of-the-file");
                if (ofFile.isPresent()) {
                    differences.put(
                            layer.id() + OF_THE_FILE,
                            difference(rows(extractor, layer), ofFile.get(), rowNames(layer.id()), true));
                }
            }
            Optional<Tensor> levels = array(LEVELS);
            if (levels.isPresent()) {
                differences.put(LEVELS, levels(extractor, levels.get()));
            }
            Optional<Tensor> pixels = array(PIXELS);
            if (pixels.isPresent()) {
                differences.put(PIXELS, pixels(extractor, pixels.get()));
                differences.put(ON_EQUAL_PIXELS, onEqualPixels(extractor, pixels.get()));
            }
            if (array("text").isPresent()) {
                differences.put("text", model.card().text().isPresent() ? texts(model) : Double.NaN);
            }
        } finally {
            store.remove(model.card().id());
        }
        return new Outcome(differences, Optional.empty());
    }

    /** A folder with nothing else said; a bare file with its options, which stand as on the command line. */
    private StoredModel add(ModelInstaller installer) throws IOException {
        Path model = folder.resolve("model");
        JsonArray words = (JsonArray) json("options.json").orElseGet(JsonArray::new);
        NetworkOptions options = NetworkOptions.none();
        for (int i = 1; i < words.size(); i += 2) {
            String key = words.getString(i).substring(2);
            options = options.with(
                    Arrays.stream(NetworkOption.values())
                            .filter(known -> known.id().equals(key))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException("no option " + key)),
                    words.getString(i + 1));
        }
        return installer.add(
                words.isEmpty()
                        ? model.toString()
                        : model.resolve(words.getString(0)).toString(),
                new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), options));
    }

    private Optional<Tensor> array(String name) throws IOException {
        Path file = folder.resolve("expected-%s.npy".formatted(name));
        return Files.isRegularFile(file) ? Optional.of(Npy.read(file)) : Optional.empty();
    }

    /** Which pictures the rows of an array are of; all in the order of their names where nothing is said. */
    private List<String> rowNames(String array) throws IOException {
        JsonObject all = expected();
        JsonObject one = all.getObject("arrays", new JsonObject()).get(array) instanceof JsonObject said
                ? said
                : new JsonObject();
        JsonArray rows = one.has("rows") ? one.getArray("rows") : all.getArray("rows", new JsonArray());
        return rows.stream().map(Object::toString).toList();
    }

    private Map<String, float[]> rows(FeatureExtractor extractor, Layer layer) throws IOException {
        var rows = new TreeMap<String, float[]>();
        extractor.extract(
                ImageInput.of(images().toString()), new ExtractionOptions(List.of(layer), 8, 1), new FeatureSink() {
                    @Override
                    public void accept(FeatureBatch features) {
                        float[] values =
                                Objects.requireNonNull(features.layers().get(layer));
                        int length = values.length / features.ids().size();
                        for (int i = 0; i < features.ids().size(); i++) {
                            rows.put(features.ids().get(i), Arrays.copyOfRange(values, i * length, (i + 1) * length));
                        }
                    }

                    @Override
                    public void failed(FailedSample sample) throws IOException {
                        throw new IOException(sample.reason());
                    }
                });
        return rows;
    }

    /** Of the rows of an array, by the measure of {@link Outcome}; infinite where the rows have another length. */
    private static double difference(
            Map<String, float[]> rows, Tensor expected, List<String> names, boolean deviations) {
        List<String> order = names.isEmpty() ? List.copyOf(rows.keySet()) : names;
        double[] right = expected.toDoubles();
        int length = right.length / order.size();
        double[] got = new double[right.length];
        for (int i = 0; i < order.size(); i++) {
            float[] row = Objects.requireNonNull(rows.get(order.get(i)), order.get(i));
            if (row.length != length) {
                return Double.POSITIVE_INFINITY;
            }
            for (int j = 0; j < length; j++) {
                got[i * length + j] = row[j];
            }
        }
        return deviations ? ofDeviation(got, right, length) : ofRow(got, right, length);
    }

    /** Norm of the difference over that of the expected row, at most over all rows. */
    private static double ofRow(double[] got, double[] right, int length) {
        double largest = 0;
        for (int row = 0; row < right.length; row += length) {
            double difference = 0;
            double norm = 0;
            for (int i = row; i < row + length; i++) {
                difference += (got[i] - right[i]) * (got[i] - right[i]);
                norm += right[i] * right[i];
            }
            largest = Math.max(largest, Math.sqrt(difference / norm));
        }
        return largest;
    }

    /** Root mean square of the difference over that of the distance from the mean row. */
    private static double ofDeviation(double[] got, double[] right, int length) {
        double[] mean = new double[length];
        for (int i = 0; i < right.length; i++) {
            mean[i % length] += right[i] * length / right.length;
        }
        double difference = 0;
        double spread = 0;
        for (int i = 0; i < right.length; i++) {
            difference += (got[i] - right[i]) * (got[i] - right[i]);
            spread += (right[i] - mean[i % length]) * (right[i] - mean[i % length]);
        }
        return Math.sqrt(difference / spread);
    }

    /** Largest difference in grey levels; those of the file are planes in the network's order of channels. */
    private double levels(OnnxExtractor extractor, Tensor expected) throws IOException {
        var images = new TreeMap<String, byte[]>();
        PreprocessingStage.resized(
                ImageInput.of(images().toString()), extractor.preprocessing(), 1, new PreparedSink<byte[]>() {
                    @Override
                    public void accept(String id, OptionalInt label, byte[] values) {
                        images.put(id, values);
                    }

                    @Override
                    public void failed(FailedSample sample) throws IOException {
                        throw new IOException(sample.reason());
                    }
                });
        List<String> names = rowNames(LEVELS).isEmpty() ? List.copyOf(images.keySet()) : rowNames(LEVELS);
        double[] right = expected.type() == ElementType.U8
                ? Arrays.stream(expected.toLongs()).asDoubleStream().toArray()
                : expected.toDoubles();
        boolean bgr = extractor.preprocessing().channels().name().equals("BGR");
        int plane = extractor.preprocessing().length() / 3;
        double largest = 0;
        for (int i = 0; i < names.size(); i++) {
            byte[] rgb = Objects.requireNonNull(images.get(names.get(i)));
            for (int channel = 0; channel < 3; channel++) {
                for (int p = 0; p < plane; p++) {
                    int level = rgb[3 * p + (bgr ? 2 - channel : channel)] & 0xff;
                    largest = Math.max(largest, Math.abs(level - right[(i * 3 + channel) * plane + p]));
                }
            }
        }
        return largest;
    }

    /** Largest difference in grey levels of what the network is given, planes in its own order of channels. */
    private double pixels(OnnxExtractor extractor, Tensor expected) throws IOException {
        Preprocessing preprocessing = extractor.preprocessing();
        var images = new TreeMap<String, float[]>();
        PreprocessingStage.tensor(ImageInput.of(images().toString()), preprocessing, 1, new PreparedSink<float[]>() {
            @Override
            public void accept(String id, OptionalInt label, float[] values) {
                images.put(id, values);
            }

            @Override
            public void failed(FailedSample sample) throws IOException {
                throw new IOException(sample.reason());
            }
        });
        double[] right = expected.toDoubles();
        int length = preprocessing.length();
        List<String> names = rowNames(PIXELS);
        if (right.length != names.size() * length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        for (int i = 0; i < right.length; i++) {
            float[] image = Objects.requireNonNull(images.get(names.get(i / length)), names.get(i / length));
            double level = preprocessing.std().get(i % length / (length / 3)) / preprocessing.scale();
            largest = Math.max(largest, Math.abs(image[i % length] - right[i]) * level);
        }
        return largest;
    }

    /** Of what the network makes of the library's own pixels. */
    private double onEqualPixels(OnnxExtractor extractor, Tensor pixels) throws IOException {
        List<String> names = rowNames(PIXELS);
        double[] values = pixels.toDoubles();
        int length = extractor.preprocessing().length();
        double largest = 0;
        for (Layer layer : List.of(Layer.FEATURES, Layer.EMBEDDINGS, Layer.LOGITS)) {
            Optional<Tensor> expected = array(layer.id());
            if (expected.isEmpty() || !extractor.layers().containsKey(layer)) {
                continue;
            }
            boolean unit = extractor.output(layer).normalisation() == Normalisation.L2;
            var rows = new LinkedHashMap<String, float[]>();
            for (int i = 0; i < names.size(); i++) {
                FloatBuffer prepared = extractor.buffer(1);
                for (int j = 0; j < length; j++) {
                    prepared.put(j, (float) values[i * length + j]);
                }
                float[] row = Objects.requireNonNull(
                        extractor.features(1, prepared, List.of(layer)).get(layer));
                rows.put(names.get(i), unit ? unit(row) : row);
            }
            largest = Math.max(largest, difference(rows, expected.get(), names, rounded()));
        }
        return largest;
    }

    private static float[] unit(float[] row) {
        double norm = 0;
        for (float value : row) {
            norm += (double) value * value;
        }
        float[] unit = row.clone();
        for (int i = 0; i < row.length; i++) {
            unit[i] = (float) (row[i] / Math.sqrt(norm));
        }
        return unit;
    }

    private double texts(StoredModel model) throws IOException {
        List<String> texts = ((JsonArray) json("texts.json").orElseThrow())
                .stream().map(Object::toString).toList();
        try (TextEncoder encoder = TextEncoder.open(model, Provider.CPU)) {
            FeatureMatrix matrix = encoder.encode(texts).features();
            var rows = new LinkedHashMap<String, float[]>();
            for (int i = 0; i < texts.size(); i++) {
                rows.put(texts.get(i), matrix.row(i));
            }
            return difference(rows, array("text").orElseThrow(), texts, rounded());
        }
    }
}
