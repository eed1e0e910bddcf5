// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.graph.gradient.InputGradient.Objective;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.NetworkSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gradients where central differences cannot tell: at ties and bounds, and of rows that are zero. The expected numbers are
 * those of PyTorch 1.13 for the same functions, all of them by hand, but for GlobalMaxPool, whose equal maxima share.
 */
class GradientAtKinksTest {
    private static final int SIDE = OneOperator.SIDE;
    private static final int LENGTH = 3 * SIDE * SIDE;

    private static ImageGradient.Result run(UnaryOperator<OneOperator> build, Objective objective, float... values)
            throws IOException {
        byte[] network = build.apply(new OneOperator(18)).bytes();
        try (ImageGradient gradient = ImageGradient.open(
                NetworkSource.of(network, "small"), "x", "y", objective, 1, SIDE, SIDE, InferenceOptions.ONE_THREAD)) {
            FloatBuffer image = InputTensor.buffer(LENGTH);
            for (int i = 0; i < LENGTH; i++) {
                image.put(i, values[i % values.length]);
            }
            FloatBuffer target = InputTensor.buffer(gradient.targetLength());
            for (int i = 0; i < gradient.targetLength(); i++) {
                target.put(i, 1);
            }
            return gradient.run(image, target);
        }
    }

    private static float[] slopes(UnaryOperator<OneOperator> build, float... values) throws IOException {
        return run(build, Objective.PRODUCT, values).gradient();
    }

    private static float[] all(double value) {
        float[] all = new float[LENGTH];
        Arrays.fill(all, (float) value);
        return all;
    }

    @Test
    void relu_atZero_isZero() throws IOException {
        assertThat(slopes(n -> n.node("Relu", "x", "y"), 0)).isEqualTo(all(0));
    }

    @Test
    void clip_atItsBounds_isOne() throws IOException {
        assertThat(slopes(n -> n.scalar("l", -1).scalar("h", 2).node("Clip", "x l h", "y"), -1, 2))
                .isEqualTo(all(1));
        assertThat(slopes(n -> n.scalar("l", -1).scalar("h", 2).node("Clip", "x l h", "y"), -1.5f, 2.5f))
                .isEqualTo(all(0));
    }

    @Test
    void maxPool_equalValues_firstOfEachWindow() throws IOException {
        float[] slopes = slopes(
                n -> n.node("MaxPool", "x", "y", "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2}), 1);
        for (int i = 0; i < LENGTH; i++) {
            boolean first = i % SIDE % 2 == 0 && i / SIDE % 2 == 0;
            assertThat(slopes[i]).isEqualTo(first ? 1f : 0f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Max", "Min"})
    void extremum_equalInputs_share(String operator) throws IOException {
        assertThat(slopes(n -> n.node(operator, "x x", "y"), 1, -2)).isEqualTo(all(1));
        assertThat(slopes(n -> n.scalar("w", 3).node(operator, "x w", "y"), 3)).isEqualTo(all(0.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReduceMax", "ReduceMin"})
    void reducedExtremum_equalValues_share(String operator) throws IOException {
        assertThat(slopes(n -> n.integers("a", 3).node(operator, "x a", "y"), 2))
                .isEqualTo(all((float) (1.0 / SIDE)));
    }

    @Test
    void globalMaxPool_equalValues_share() throws IOException {
        assertThat(slopes(n -> n.node("GlobalMaxPool", "x", "y"), 2)).isEqualTo(all((float) (1.0 / (SIDE * SIDE))));
    }

    @Test
    void reduceProd_zeros_productsOfTheOthers() throws IOException {
        UnaryOperator<OneOperator> product = n -> n.integers("a", 3).node("ReduceProd", "x a", "y");
        assertThat(slopes(product, 2, 0, 3, 1, 1, 1))
                .startsWith(0, 6, 0, 0, 0, 0)
                .endsWith(0, 6, 0, 0, 0, 0);
        assertThat(slopes(product, 0, 0, 3, 1, 1, 1)).isEqualTo(all(0));
    }

    @Test
    void norm_zeroRow_isZero() throws IOException {
        assertThat(slopes(n -> n.integers("a", 3).node("ReduceL2", "x a", "y"), 0))
                .isEqualTo(all(0));
        assertThat(slopes(n -> n.node("LpNormalization", "x", "y", "axis", 1), 0))
                .isEqualTo(all(0));
    }

    @Test
    void cosine_zeroFeatures_isZeroAndLevel() throws IOException {
        ImageGradient.Result dead = run(n -> n.node("Relu", "x", "y"), Objective.COSINE, -1);
        assertThat(dead.values()).containsExactly(0);
        assertThat(dead.gradient()).isEqualTo(all(0));
        ImageGradient.Result zero = run(n -> n.node("Identity", "x", "y"), Objective.COSINE, 0);
        assertThat(zero.values()).containsExactly(0);
        assertThat(zero.gradient()).isEqualTo(all(0));
    }

    @Test
    void inputWithoutAGradient_thatDependsOnTheImage_isRefusedByName() {
        refused(
                n -> n.integers("a", 0, 1, 2)
                        .node("ReduceMean", "x a", "v", "keepdims", 0)
                        .node("LayerNormalization", "x v", "y"),
                "LayerNormalization 1', which makes 'y', has the input 2 'v', which depends on the image");
        refused(
                n -> n.node("ReduceMax", "x", "h", "keepdims", 0)
                        .scalar("l", -9)
                        .node("Clip", "x l h", "y"),
                "has the input 3 'h', which depends on the image");
    }

    @Test
    void outputWithoutAGradient_thatIsUsed_isRefusedByName() {
        refused(
                n -> n.weights("s", 6)
                        .weights("b", 6)
                        .node("LayerNormalization", "x s b", "z m")
                        .node("Add", "z m", "y"),
                "has the output 'm', which is used");
    }

    @Test
    void branch_thatReadsTheImageByName_isRefused() {
        refused(
                n -> n.node("ReduceMax", "x", "m", "keepdims", 0)
                        .scalar("zero", 0)
                        .node("Greater", "m zero", "c")
                        .node(
                                "If",
                                "c",
                                "r",
                                "then_branch",
                                OneOperator.body("Exp", "x", "t"),
                                "else_branch",
                                OneOperator.body("Sin", "x", "e"))
                        .node("Add", "x r", "y"),
                "If 'If 2', which makes 'r', has no gradient here");
    }

    private static void refused(UnaryOperator<OneOperator> build, String message) {
        assertThatThrownBy(() -> run(build, Objective.PRODUCT, 1, 0.5f))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining(message);
    }
}
