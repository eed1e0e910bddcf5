// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.Layer;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.MemoryDataset;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HiddenLayersTest {
    private static final Path NETWORKS = Path.of("..", "golden", "graph");

    /** All rows of every layer, one after the other. */
    private record Sink(Map<Layer, float[]> layers) implements FeatureSink {
        @Override
        public void accept(FeatureBatch batch) {
            batch.layers().forEach((layer, rows) -> layers.merge(layer, rows, Sink::joined));
        }

        private static float[] joined(float[] one, float[] other) {
            float[] both = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }

        @Override
        public void failed(FailedSample failed) {
            throw new AssertionError(failed.toString());
        }
    }

    private static Preprocessing preprocessing(JsonObject golden, ChannelOrder channels) {
        return new Preprocessing(
                32,
                32,
                new ResizeRule.Exact(32, 32),
                new CropRule.None(),
                Interpolation.BICUBIC,
                Preprocessing.UNIT_SCALE,
                doubles(golden.getArray("mean")),
                doubles(golden.getArray("std")),
                channels);
    }

    private static List<Double> doubles(JsonArray array) {
        return array.stream().map(value -> ((Number) value).doubleValue()).toList();
    }

    private static Map<Layer, NetworkLayer> layers(String text) {
        var layers = new LinkedHashMap<Layer, NetworkLayer>();
        for (String part : text.split(" ", -1)) {
            int equals = part.indexOf('=');
            Layer name = Layer.of(part.substring(0, equals));
            int dimension = name == Layer.LOGITS ? 10 : name == Layer.FEATURES ? 24 : 16;
            layers.put(name, new NetworkLayer(part.substring(equals + 1), dimension, Normalisation.NONE));
        }
        return layers;
    }

    private static Map<Layer, float[]> extract(String network, String layers, ChannelOrder channels, int batch)
            throws IOException {
        JsonObject golden = golden(network);
        Map<Layer, NetworkLayer> wanted = layers(layers);
        List<String> tensors =
                wanted.values().stream().map(NetworkLayer::tensor).toList();
        Path file = NETWORKS.resolve(network + ".onnx");
        List<JsonObject> cases =
                golden.getArray("cases").stream().map(JsonObject.class::cast).toList();
        MemoryDataset images = MemoryDataset.of(cases.size(), i -> {
            JsonObject image = cases.get(i);
            return Goldens.noise(
                    image.getInt("width"), image.getInt("height"), image.getInt("seed"), image.getBoolean("binary"));
        });
        var sink = new Sink(new HashMap<>());
        try (OnnxExtractor extractor = new OnnxExtractor(
                "tiny",
                OnnxNetwork.load(NetworkSource.of(file, network).withOutputs(tensors), InferenceOptions.ONE_THREAD),
                new NetworkInput("pixel_values"),
                preprocessing(golden, channels),
                wanted,
                "0".repeat(64))) {
            extractor.extract(images, new ExtractionOptions(List.copyOf(wanted.keySet()), batch, 1), sink);
        }
        return sink.layers;
    }

    private static JsonObject golden(String network) {
        return Goldens.read("graph/" + network.replace("-external", "-projected") + ".json");
    }

    private static double[] expected(String network, String layer) {
        return golden(network).getArray("cases").stream()
                .flatMap(image -> ((JsonObject) image).getArray(layer).stream())
                .mapToDouble(value -> ((Number) value).doubleValue())
                .toArray();
    }

    private static double difference(float[] actual, double[] expected) {
        assertThat(actual).hasSize(expected.length);
        double square = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            square += Math.pow(actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(square / norm);
    }

    @ParameterizedTest
    @CsvSource({
        "clip-projected, features=before(image_embeds) embeddings=image_embeds patches=patches(image_embeds)",
        "clip-external, features=before(image_embeds) embeddings=image_embeds patches=patches(image_embeds)",
        "clip-hidden, features=before(image_embeds) embeddings=image_embeds patches=patches(image_embeds)",
        "clip-unit, features=before(image_embeds) embeddings=image_embeds patches=patches(image_embeds)",
        "clip-resnet, embeddings=image_embeds",
        "dino, features=class_token(last_hidden_state)",
        "classifier-gemm, features=before(logits) logits=logits",
        "classifier-matmul, features=before(logits) logits=logits",
    })
    void extract_everyLayout_agreesWithPyTorch(String network, String layers) throws IOException {
        Map<Layer, float[]> rows = extract(network, layers, ChannelOrder.RGB, 3);
        Map<Layer, float[]> oneByOne = extract(network, layers, ChannelOrder.RGB, 1);
        Map<Layer, float[]> swapped = extract(network, layers, ChannelOrder.BGR, 3);
        assertThat(rows.keySet()).isEqualTo(layers(layers).keySet());
        for (Layer layer : rows.keySet()) {
            double[] golden = expected(network, layer.id());
            assertThat(difference(requireNonNull(rows.get(layer)), golden))
                    .as(layer.id())
                    .isLessThan(1e-5);
            assertThat(difference(requireNonNull(oneByOne.get(layer)), golden))
                    .as(layer.id())
                    .isLessThan(1e-5);
            assertThat(difference(requireNonNull(swapped.get(layer)), golden))
                    .as(layer.id())
                    .isGreaterThan(1e-2);
        }
    }

    @Test
    void extract_theTokenBeforeItsNorm_isAnotherLayer() throws IOException {
        double[] features = expected("clip-hidden", "features");
        float[] unnormed =
                requireNonNull(extract("clip-hidden", "features=class_token(last_hidden_state)", ChannelOrder.RGB, 3)
                        .get(Layer.FEATURES));
        assertThat(difference(unnormed, features)).isGreaterThan(1e-2);
    }

    @Test
    void load_hiddenTensorByName_isAnOutput() throws IOException {
        Path file = NETWORKS.resolve("classifier-gemm.onnx");
        String hidden;
        try (OnnxNetwork plain = OnnxNetwork.load(NetworkSource.of(file, "net"), InferenceOptions.ONE_THREAD)) {
            assertThat(plain.outputs()).extracting(TensorSignature::name).containsExactly("logits");
        }
        hidden = "before(logits)";
        try (OnnxNetwork extended = OnnxNetwork.load(
                NetworkSource.of(file, "net").withOutputs(List.of("logits", hidden, "unknown")),
                InferenceOptions.ONE_THREAD)) {
            assertThat(extended.outputs()).extracting(TensorSignature::name).containsExactly("logits", hidden);
            assertThat(extended.inputs()).hasSize(1);
        }
    }

    @Test
    void load_leavesTheFilesAsTheyAre() throws IOException {
        Path file = NETWORKS.resolve("clip-external.onnx");
        byte[] before = Files.readAllBytes(file);
        OnnxNetwork.load(
                        NetworkSource.of(file, "net").withOutputs(List.of("before(image_embeds)")),
                        InferenceOptions.ONE_THREAD)
                .close();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void load_notUnderstood_namesFileAndFinding() {
        assertThatThrownBy(() -> OnnxNetwork.load(
                        NetworkSource.of(NETWORKS.resolve("dino.onnx"), "dino.onnx")
                                .withOutputs(List.of("before(last_hidden_state)")),
                        InferenceOptions.ONE_THREAD))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("dino.onnx: in front of 'last_hidden_state' a linear layer was looked for");
    }
}
