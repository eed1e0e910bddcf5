// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.stray.feature.Layer;
import io.github.stray.vision.SmallNetwork;
import io.github.stray.vision.attack.ImageGradient;
import io.github.stray.vision.card.CardJson;
import io.github.stray.vision.card.ReferenceFeatures;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.NetworkInput;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.OnnxExtractor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialTest {
    private static final Object[] CHANNELS_FIRST = {"perm", new int[] {0, 3, 1, 2}};

    @TempDir
    private Path home;

    private StoredModel add(SmallNetwork network, int features) throws IOException {
        return add(network, features, "small");
    }

    private StoredModel add(SmallNetwork network, int features, String name) throws IOException {
        return add(network, features, name, "exact:8x8");
    }

    private StoredModel add(SmallNetwork network, int features, String name, String resize) throws IOException {
        var options = new NetworkOptions(Map.of(
                NetworkOption.INPUT_SIZE,
                "8",
                NetworkOption.RESIZE,
                resize,
                NetworkOption.CROP,
                "none",
                NetworkOption.INTERPOLATION,
                "bilinear",
                NetworkOption.MEAN,
                "0,0,0",
                NetworkOption.STD,
                "1,1,1",
                NetworkOption.OUTPUT,
                "output"));
        Path file = network.write(home.resolve(name + ".onnx"), features);
        return new ModelInstaller(ModelStore.at(home))
                .add(file.toString(), new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), options));
    }

    private static float[] rows(StoredModel model, int images, int batch) throws IOException {
        try (OnnxExtractor extractor = model.open()) {
            return requireNonNull(
                    ModelCheck.rows(extractor, GeneratedImages.of(images, extractor), List.of(Layer.FEATURES), batch, 1)
                            .get(Layer.FEATURES));
        }
    }

    /** Where all values are negative, zeros around them are the largest. */
    private static SmallNetwork padded(String between, String... more) {
        var network = SmallNetwork.ofImages()
                .weights("minus", new long[] {1, 3, 1, 1}, -1)
                .integers("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                .weights("zero", new long[] {}, 0)
                .node("Conv", "input minus", "negative")
                .node("Pad", "negative pads zero", "padded");
        network.node(between, more.length == 0 ? "padded" : "padded " + more[0], "passed");
        return network.node("MaxPool", "passed", "max", "kernel_shape", new int[] {10, 10}, "pads", new int[4])
                .node("Flatten", "max", "output");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Identity", "Dropout"})
    void add_zerosAroundAMaxPool_count(String between) throws IOException {
        assertThat(rows(add(padded(between), 1), 2, 2)).containsExactly(0, 0);
    }

    @Test
    void add_imagesThatAreTakenAsTheyAre_areTriedAtTheirSize() throws IOException {
        var network = SmallNetwork.ofImages()
                .node("GlobalAveragePool", "input", "mean")
                .node("Flatten", "mean", "output");
        assertThat(rows(add(network, 3, "small", "none"), 2, 2)).hasSize(6);
    }

    @Test
    void add_networkThatOptimisationsChange_isRefused() {
        assertThatThrownBy(() -> add(padded("Add", "zero"), 1))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("small.onnx is miscomputed by ONNX Runtime")
                .hasMessageContaining("its optimisations change layer 'features'");
        assertThat(home.resolve("models").resolve("small")).doesNotExist();
    }

    @Test
    void add_networkThatDrawsRandomNumbers_isRefusedByNode() {
        var network = SmallNetwork.ofImages()
                .node("GlobalAveragePool", "input", "mean")
                .node("Flatten", "mean", "flat")
                .node("RandomNormalLike", "flat", "noise")
                .node("Add", "flat noise", "output");
        assertThatThrownBy(() -> add(network, 3))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("gives other features each time it sees an image")
                .hasMessageContaining("by RandomNormalLike 'noise' of [flat]");
    }

    @Test
    void add_networkWhoseRandomNumbersDoNotMatter_isInstalled() throws IOException {
        var network = SmallNetwork.ofImages()
                .node("GlobalAveragePool", "input", "mean")
                .node("Flatten", "mean", "flat")
                .node("RandomNormalLike", "flat", "noise")
                .node("Sub", "noise noise", "nothing")
                .node("Add", "flat nothing", "output");
        assertThat(rows(add(network, 3), 1, 1)).hasSize(3);
    }

    /** Whole numbers from 0 to 255 between the smallest and the largest value of the batch, brought back. */
    private static SmallNetwork quantised() {
        return SmallNetwork.ofImages()
                .node("GlobalAveragePool", "input", "mean")
                .node("Flatten", "mean", "flat")
                .node("DynamicQuantizeLinear", "flat", "q scale zero")
                .node("DequantizeLinear", "q scale zero", "output");
    }

    @Test
    void add_networkThatDependsOnItsBatch_isGivenOneImageAtATime() throws IOException {
        StoredModel added = add(quantised(), 3);
        assertThat(added.card().input()).isEqualTo(new NetworkInput("input").single());
        assertThat(added.lines()).anyMatch(line -> line.contains("batches        of 1 image"));
        assertThat(added.document()).containsEntry("batch", 1);
        assertThat(rows(added, 4, 4)).isEqualTo(rows(added, 4, 1));
        try (OnnxExtractor extractor = added.open()) {
            assertThat(ModelCheck.of(extractor, added.card().reference(), 2).passed())
                    .isTrue();
        }
    }

    @Test
    void add_networkTracedForOneImage_isGivenOneImageAtATime() throws IOException {
        var network = SmallNetwork.ofImages()
                .integers("one", 1, 3)
                .node("GlobalAveragePool", "input", "mean")
                .node("Reshape", "mean one", "output");
        StoredModel added = add(network, 3);
        assertThat(added.card().input().batch()).hasValue(1);
        assertThat(rows(added, 3, 3)).hasSize(9);
    }

    @Test
    void add_networkInTraining_isRefusedByNode() {
        var network = SmallNetwork.ofImages()
                .weights("ones", new long[] {3}, 1)
                .node("BatchNormalization", "input ones ones ones ones", "b m v", "training_mode", 1)
                .node("Relu", "b", "r")
                .node("GlobalAveragePool", "r", "mean")
                .node("Flatten", "mean", "output");
        assertThatThrownBy(() -> add(network, 3))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("by BatchNormalization 'b'")
                .hasMessageContaining("export it for inference");
    }

    @Test
    void add_steadyNetwork_hasAFreeBatchAndTheUsualLayout() throws IOException {
        var network = SmallNetwork.ofImages()
                .node("GlobalAveragePool", "input", "mean")
                .node("Flatten", "mean", "output");
        StoredModel added = add(network, 3);
        assertThat(added.card().input()).isEqualTo(new NetworkInput("input"));
        assertThat(CardJson.write(added.card())).doesNotContain("batch").doesNotContain("layout");
    }

    /** A linear layer of all pixels, whose images come one way or the other. */
    private static SmallNetwork projection(NetworkInput.Layout layout, int type) {
        boolean last = layout == NetworkInput.Layout.NHWC;
        var network = last ? new SmallNetwork(type, -1, 8, 8, 3) : new SmallNetwork(type, -1, 3, 8, 8);
        return network.weights(
                        "w",
                        new long[] {3, 3, 8, 8},
                        new SplittableRandom(1).doubles(576, -0.1, 0.1).toArray())
                .node(last ? "Transpose" : "Identity", "input", "first", last ? CHANNELS_FIRST : new Object[0])
                .node("Conv", "first w", "map")
                .node("Flatten", "map", "output");
    }

    @ParameterizedTest
    @ValueSource(ints = {TensorProto.DataType.FLOAT_VALUE, TensorProto.DataType.FLOAT16_VALUE})
    void add_channelsLast_givesWhatChannelsFirstDoes(int type) throws IOException {
        StoredModel added = add(projection(NetworkInput.Layout.NHWC, type), 3);
        assertThat(added.card().input())
                .isEqualTo(new NetworkInput("input", NetworkInput.Layout.NHWC, Optional.empty()));
        assertThat(CardJson.read(CardJson.write(added.card()).getBytes(StandardCharsets.UTF_8), "card"))
                .isEqualTo(added.card());
        float[] expected =
                rows(add(projection(NetworkInput.Layout.NCHW, TensorProto.DataType.FLOAT_VALUE), 3, "first"), 3, 3);
        float[] given = rows(added, 3, 3);
        double tolerance = type == TensorProto.DataType.FLOAT_VALUE ? 1e-6 : 4e-3;
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) given[i]).as("value %d", i).isCloseTo(expected[i], within(tolerance));
        }
        assertThat(expected[0]).isNotCloseTo(expected[3], within(0.01f));
    }

    @Test
    void add_halfPrecision_givesWhatSinglePrecisionDoes() throws IOException {
        StoredModel half = add(projection(NetworkInput.Layout.NCHW, TensorProto.DataType.FLOAT16_VALUE), 3);
        assertThat(half.card().reference().orElseThrow().tolerance()).isEqualTo(ReferenceFeatures.QUANTISED);
        float[] expected =
                rows(add(projection(NetworkInput.Layout.NCHW, TensorProto.DataType.FLOAT_VALUE), 3, "single"), 3, 3);
        float[] given = rows(half, 3, 3);
        for (int i = 0; i < expected.length; i++) {
            assertThat(given[i]).as("value %d", i).isCloseTo(expected[i], within(4e-3f));
        }
    }

    @Test
    void gradient_ofChannelsLastOrHalfPrecision_isRefused() throws IOException {
        StoredModel last = add(projection(NetworkInput.Layout.NHWC, TensorProto.DataType.FLOAT_VALUE), 3);
        assertThatThrownBy(() -> gradient(last)).hasMessageContaining("small takes images [n, height, width, 3]");
        var half = new SmallNetwork(TensorProto.DataType.FLOAT16_VALUE, -1, 3, 8, 8)
                .node("GlobalAveragePool", "input", "map")
                .node("Flatten", "map", "output");
        StoredModel halves = add(half, 3, "half");
        assertThatThrownBy(() -> gradient(halves)).hasMessageContaining("gradients are built in float32 only");
    }

    private static void gradient(StoredModel model) throws IOException {
        NetworkLayer layer = requireNonNull(model.card().layers().get(Layer.FEATURES));
        ImageGradient.open(model, layer, 1, InferenceOptions.ONE_THREAD).close();
    }
}
