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
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import io.github.stray.vision.preprocess.PreparedSink;
import io.github.stray.vision.preprocess.PreprocessingStage;
import java.io.IOException;
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
    /** Largest difference of each array that is expected, or why the folder was refused. */
    record Outcome(Map<String, Double> differences, Optional<String> refusal) {}

    String name() {
        return String.valueOf(folder.getFileName());
    }

    JsonObject expected() throws IOException {
        return json("expected.json").map(JsonObject.class::cast).orElseGet(JsonObject::new);
    }

    boolean unrounded() throws IOException {
        return expected().getString("levels", "").startsWith("not whole");
    }

    boolean openClip() throws IOException {
        return expected().getString("processor", "").startsWith("open_clip");
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
                                    ? difference(rows(extractor, layer), values.get(), rowNames(layer.id()))
                                    : Double.NaN);
                }
            }
            Optional<Tensor> levels = array("levels");
            if (levels.isPresent()) {
                differences.put("levels", levels(extractor, levels.get()));
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

    /** Norm of the difference over that of the expected row, at most over all rows. */
    private static double difference(Map<String, float[]> rows, Tensor expected, List<String> names) {
        List<String> order = names.isEmpty() ? List.copyOf(rows.keySet()) : names;
        double[] right = expected.toDoubles();
        int length = right.length / order.size();
        double largest = 0;
        for (int i = 0; i < order.size(); i++) {
            float[] row = Objects.requireNonNull(rows.get(order.get(i)), order.get(i));
            if (row.length != length) {
                return Double.POSITIVE_INFINITY;
            }
            double difference = 0;
            double norm = 0;
            for (int j = 0; j < length; j++) {
                double value = right[i * length + j];
                difference += (row[j] - value) * (row[j] - value);
                norm += value * value;
            }
            largest = Math.max(largest, Math.sqrt(difference / norm));
        }
        return largest;
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
        List<String> names = rowNames("levels").isEmpty() ? List.copyOf(images.keySet()) : rowNames("levels");
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

    private double texts(StoredModel model) throws IOException {
        List<String> texts = ((JsonArray) json("texts.json").orElseThrow())
                .stream().map(Object::toString).toList();
        try (TextEncoder encoder = TextEncoder.open(model, Provider.CPU)) {
            FeatureMatrix matrix = encoder.encode(texts).features();
            var rows = new LinkedHashMap<String, float[]>();
            for (int i = 0; i < texts.size(); i++) {
                rows.put(texts.get(i), matrix.row(i));
            }
            return difference(rows, array("text").orElseThrow(), texts);
        }
    }
}
