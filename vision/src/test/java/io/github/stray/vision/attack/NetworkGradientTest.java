// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.graph.gradient.InputGradient;
import io.github.stray.graph.gradient.InputGradient.Objective;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.NetworkSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients of whole networks: PyTorch's, by {@code tools/golden/gradient.py}, and central differences. */
class NetworkGradientTest {
    private static final int SIDE = 32;
    private static final int LENGTH = 3 * SIDE * SIDE;
    private static final Path GOLDEN = Path.of("..", "golden");

    private static ImageGradient open(Path file, String tensor, Objective objective, int batch, int side)
            throws IOException {
        String name = String.valueOf(file.getFileName());
        NetworkSource source = NetworkSource.of(file, name);
        return ImageGradient.open(
                source,
                source.graph().proto().getInput(0).getName(),
                tensor,
                objective,
                batch,
                side,
                side,
                InferenceOptions.ONE_THREAD);
    }

    /** The first golden image in one place of a batch, the second one in all others. */
    private static FloatBuffer images(JsonObject golden, int batch, int place) {
        FloatBuffer images = InputTensor.buffer(batch * LENGTH);
        for (int i = 0; i < batch; i++) {
            Pixels pixels = i == place ? Goldens.noise(SIDE, SIDE, 301, false) : Goldens.noise(SIDE, SIDE, 302, true);
            byte[] rgb = pixels.rgb();
            for (int at = 0; at < LENGTH; at++) {
                int channel = at / (SIDE * SIDE);
                double value = (rgb[at % (SIDE * SIDE) * 3 + channel] & 0xff) / 255.0;
                double mean = golden.getArray("mean").getDouble(channel);
                double std = golden.getArray("std").getDouble(channel);
                images.put(i * LENGTH + at, (float) ((value - mean) / std));
            }
        }
        return images;
    }

    @TestFactory
    List<DynamicTest> run_goldenNetwork_gradientOfPyTorch() {
        JsonObject golden = Goldens.read("gradient/networks.json");
        var tests = new ArrayList<DynamicTest>();
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            String title = expected.getString("name") + ", " + expected.getString("tensor");
            tests.add(DynamicTest.dynamicTest(title, () -> compare(golden, expected)));
        }
        assertThat(tests).hasSizeGreaterThan(9);
        return tests;
    }

    private static void compare(JsonObject golden, JsonObject expected) throws IOException {
        Path file = GOLDEN.resolve(expected.getString("graph"));
        int batch = 3;
        try (ImageGradient network = open(file, expected.getString("tensor"), Objective.COSINE, batch, SIDE)) {
            JsonArray target = expected.getArray("target");
            assertThat(network.targetLength()).isEqualTo(target.size());
            FloatBuffer targets = InputTensor.buffer(batch * target.size());
            for (int i = 0; i < batch * target.size(); i++) {
                targets.put(i, target.getFloat(i % target.size()));
            }
            ImageGradient.Result result = network.run(images(golden, batch, 1), targets);
            assertThat(result.values()[1]).isCloseTo((float) expected.getDouble("cosine"), within(1e-5));
            assertThat(result.values()[0]).isCloseTo(1, within(1e-5));
            JsonArray gradient = expected.getArray("gradient");
            double difference = 0;
            double size = 0;
            for (int i = 0; i < LENGTH; i++) {
                difference += Math.pow(result.gradient()[LENGTH + i] - gradient.getDouble(i), 2);
                size += Math.pow(gradient.getDouble(i), 2);
            }
            assertThat(Math.sqrt(difference / size)).isLessThan(1e-4);
        }
    }

    private static org.assertj.core.data.Offset<Float> within(double offset) {
        return org.assertj.core.api.Assertions.within((float) offset);
    }

    @ParameterizedTest
    @CsvSource({
        "graph/clip-projected.onnx, before(image_embeds)",
        "graph/clip-external.onnx, before(image_embeds)",
        "graph/clip-hidden.onnx, last_hidden_state",
        "graph/clip-unit.onnx, patches(image_embeds)",
        "graph/clip-resnet.onnx, image_embeds",
        "graph/dino.onnx, last_hidden_state",
        "graph/classifier-matmul.onnx, logits",
        "gradient/convnext.onnx, features",
        "gradient/resnet.onnx, features",
        "gradient/mobilenet.onnx, features",
    })
    void run_wholeNetwork_equalsFiniteDifferences(String file, String tensor) throws IOException {
        Path network = GOLDEN.resolve(file);
        for (Objective objective : Objective.values()) {
            try (ImageGradient gradient = open(network, tensor, objective, 3, SIDE)) {
                assertThat(FiniteDifferences.medianError(gradient, 3, SIDE, -2, 2))
                        .as("%s", objective)
                        .isLessThan(1e-2);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "resnet20_cifar10.onnx, features, 32",
        "resnet56_cifar10.onnx, logits, 32",
        "mobilenet_v1_025_imagenet.onnx, features, 224",
    })
    void run_realNetwork_equalsFiniteDifferences(String file, String tensor, int side) throws IOException {
        // Thousands of kinks lie within any step that float32 can see; a wrong rule errs by tenths.
        assertThat(differences(SharedData.require("models/" + file), tensor, side))
                .isLessThan(3e-2);
    }

    @Test
    void run_networkThatShips_equalsFiniteDifferences() throws IOException {
        Path network = Path.of("src/main/resources/io/github/stray/vision/model/stray-mini/stray-mini.onnx");
        // As above; PyTorch's gradient in float64 differs from ours by 3e-7.
        assertThat(differences(network, "features", 64)).isLessThan(6e-2);
    }

    private static double differences(Path network, String tensor, int side) throws IOException {
        try (ImageGradient gradient = open(network, tensor, Objective.COSINE, 2, side)) {
            return FiniteDifferences.medianError(gradient, 2, side, -2, 2);
        }
    }

    @Test
    void open_quantisedNetwork_isRefusedWithTheReason() {
        Path network = SharedData.require("models/mobilenetv2_imagenet_int8_feat.onnx");
        assertThatThrownBy(() -> open(network, "features", Objective.COSINE, 1, 224))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining("QuantizeLinear '")
                .hasMessageContaining("works on integers, and rounding has no gradient")
                .hasMessageContaining("float32");
    }

    @Test
    void requireDifferentiable_unknownOperator_isNamedWithItsNode() throws IOException {
        byte[] network = new OneOperator(13)
                .node("CumSum", "x axis", "s")
                .integers("axis", 1)
                .node("Exp", "s", "y")
                .bytes();
        OnnxGraph graph = OnnxGraph.of(network, "small.onnx");
        assertThatThrownBy(() -> InputGradient.requireDifferentiable(graph, "x", "y"))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining("small.onnx: CumSum 'CumSum 0', which makes 's', has no gradient here");
    }

    @Test
    void requireDifferentiable_nothingBetween_isRefused() throws IOException {
        byte[] network = new OneOperator(13)
                .node("Shape", "x", "s")
                .node("Cast", "s", "y", "to", 1)
                .bytes();
        OnnxGraph graph = OnnxGraph.of(network, "small.onnx");
        assertThatThrownBy(() -> InputGradient.requireDifferentiable(graph, "x", "y"))
                .hasMessageContaining("'y' does not depend on 'x' in a way that has a gradient");
    }

    @Test
    void requireDifferentiable_oldOperatorSet_isRefused() throws IOException {
        OnnxGraph graph = OnnxGraph.of(new OneOperator(9).node("Exp", "x", "y").bytes(), "old.onnx");
        assertThatThrownBy(() -> InputGradient.requireDifferentiable(graph, "x", "y"))
                .hasMessageContaining("operator set 9")
                .hasMessageContaining("need 11 or newer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reflect | fills with the mode 'reflect'",
                "edge | fills with the mode 'edge'",
            })
    void open_partOfAnOperatorWithoutGradient_isNamed(String mode, String message) {
        byte[] network = new OneOperator(13)
                .integers("p", 0, 0, 1, 1, 0, 0, 1, 1)
                .node("Pad", "x p", "y", "mode", mode)
                .bytes();
        assertThatThrownBy(() -> FiniteDifferences.medianError(network, "y", Objective.PRODUCT, 6, -1, 1))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining(message);
    }
}
