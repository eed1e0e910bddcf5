// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.Layer;
import io.github.stray.vision.SmallNetwork;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.OnnxExtractor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialTest {
    @TempDir
    private Path home;

    private StoredModel add(SmallNetwork network, int features) throws IOException {
        var options = new NetworkOptions(Map.of(
                NetworkOption.INPUT_SIZE,
                "8",
                NetworkOption.RESIZE,
                "exact:8x8",
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
        Path file = network.write(home.resolve("small.onnx"), features);
        return new ModelInstaller(ModelStore.at(home))
                .add(file.toString(), new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), options));
    }

    private static float[] rows(StoredModel model, int images, int batch) throws IOException {
        try (OnnxExtractor extractor = model.open()) {
            return requireNonNull(
                    ModelCheck.rows(extractor, new GeneratedImages(images), List.of(Layer.FEATURES), batch, 1)
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
}
