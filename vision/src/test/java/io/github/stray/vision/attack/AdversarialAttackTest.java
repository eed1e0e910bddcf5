// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.graph.gradient.InputGradient.Objective;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.attack.AttackRecipe.Method;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The attack reaches what PyTorch's Adam reaches from the same start, by {@code tools/golden/gradient.py}. */
class AdversarialAttackTest {
    private static final int SIDE = 32;
    private static final Path NETWORK = Path.of("..", "golden", "graph", "clip-projected.onnx");
    private static final JsonObject GOLDEN = Goldens.read("gradient/attack.json");
    private static final List<Pixels> IMAGES =
            List.of(Goldens.noise(SIDE, SIDE, 301, false), Goldens.noise(SIDE, SIDE, 302, true));

    private static Preprocessing preprocessing(ChannelOrder channels) {
        return new Preprocessing(
                SIDE,
                SIDE,
                new ResizeRule.None(),
                new CropRule.None(),
                Interpolation.BICUBIC,
                Preprocessing.UNIT_SCALE,
                doubles(GOLDEN.getArray("mean")),
                doubles(GOLDEN.getArray("std")),
                channels);
    }

    private static List<Double> doubles(JsonArray array) {
        return array.stream().map(value -> ((Number) value).doubleValue()).toList();
    }

    private static ImageGradient gradient(int batch) throws IOException {
        return ImageGradient.open(
                NetworkSource.of(NETWORK, "clip"),
                "pixel_values",
                "before(image_embeds)",
                Objective.COSINE,
                batch,
                SIDE,
                SIDE,
                InferenceOptions.ONE_THREAD);
    }

    private static float[] start(int image) {
        float[] start = new float[3 * SIDE * SIDE];
        for (int i = 0; i < start.length; i++) {
            int row = i / SIDE % SIDE;
            start[i] = ((i % SIDE + 3 * row + 7 * image) % 11 - 5) / 4000f;
        }
        return start;
    }

    private static float[] target() {
        JsonArray target = ((JsonObject) GOLDEN.getArray("cases").get(0)).getArray("target");
        float[] values = new float[target.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = target.getFloat(i);
        }
        return values;
    }

    private static AttackRecipe adam(int steps, double lambda) {
        return new AttackRecipe(Method.ADAM, steps, 1e-3, lambda, 1, 42);
    }

    private static List<Attacked> run(AttackRecipe recipe, int batch) throws IOException {
        try (ImageGradient gradient = gradient(batch)) {
            return new AdversarialAttack(recipe, preprocessing(ChannelOrder.RGB), gradient)
                    .run(IMAGES, List.of(target(), target()), List.of(start(0), start(1)), step -> {});
        }
    }

    @TestFactory
    List<DynamicTest> run_goldenCase_cosinesAndNormsOfPyTorch() {
        var tests = new ArrayList<DynamicTest>();
        for (Object entry : GOLDEN.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            int steps = expected.getInt("steps");
            double lambda = expected.getDouble("lambda");
            tests.add(DynamicTest.dynamicTest("%d steps, lambda %s".formatted(steps, lambda), () -> {
                // The batch is larger than the images: what fills it up must not count.
                List<Attacked> attacked = run(adam(steps, lambda), 3);
                for (int i = 0; i < 2; i++) {
                    Attacked image = attacked.get(i);
                    assertThat(image.cosine())
                            .isCloseTo(expected.getArray("cosines").getDouble(i), within(2e-3));
                    assertThat(image.mean() / expected.getArray("mean").getDouble(i))
                            .isCloseTo(1, within(0.01));
                    assertThat(image.max() / expected.getArray("max").getDouble(i))
                            .isCloseTo(1, within(0.05));
                    assertThat(image.norm() / expected.getArray("norm").getDouble(i))
                            .isCloseTo(1, within(0.01));
                }
            }));
        }
        assertThat(tests).hasSize(5);
        return tests;
    }

    @Test
    void run_manySteps_reachesTheTargetInsideTheRange() throws IOException {
        double before = run(adam(1, 0), 2).getFirst().cosine();
        Attacked after = run(adam(100, 0), 2).getFirst();
        assertThat(after.cosine()).isGreaterThan(before + 0.3);
        for (float value : after.image()) {
            assertThat(value).isBetween(0f, 1f);
        }
        assertThat(after.rounded(SIDE, SIDE).rgb()[4] & 0xff)
                .isEqualTo(Math.round(255 * after.image()[SIDE * SIDE + 1]));
    }

    @Test
    void run_pgd_staysInTheBall() throws IOException {
        double epsilon = 8 / 255.0;
        Attacked image = run(new AttackRecipe(Method.PGD, 20, 1 / 255.0, 0, epsilon, 42), 2)
                .getFirst();
        assertThat(image.max()).isLessThanOrEqualTo(epsilon + 1e-6).isGreaterThan(epsilon - 1e-3);
        assertThat(image.cosine()).isGreaterThan(run(adam(1, 0), 2).getFirst().cosine());
    }

    @Test
    void run_channelsTurnedRound_isAnotherAttack() throws IOException {
        try (ImageGradient gradient = gradient(2)) {
            Attacked turned = new AdversarialAttack(adam(20, 0), preprocessing(ChannelOrder.BGR), gradient)
                    .run(IMAGES, List.of(target(), target()), List.of(start(0), start(1)), step -> {})
                    .getFirst();
            assertThat(turned.cosine())
                    .isNotCloseTo(run(adam(20, 0), 2).getFirst().cosine(), within(1e-3));
        }
    }

    @Test
    void start_sameSeedAndNumber_isTheSame() throws IOException {
        try (ImageGradient gradient = gradient(1)) {
            Preprocessing rgb = preprocessing(ChannelOrder.RGB);
            var attack = new AdversarialAttack(AttackRecipe.PAPER, rgb, gradient);
            assertThat(attack.start(5)).isEqualTo(attack.start(5)).isNotEqualTo(attack.start(6));
            double squares = IntStream.range(0, rgb.length())
                    .mapToDouble(i -> Math.pow(attack.start(5)[i], 2))
                    .sum();
            assertThat(Math.sqrt(squares / rgb.length())).isCloseTo(1e-3, within(5e-5));
        }
    }

    @Test
    void run_moreImagesThanTheBatch_isRefused() throws IOException {
        try (ImageGradient gradient = gradient(1)) {
            var attack = new AdversarialAttack(adam(1, 0), preprocessing(ChannelOrder.RGB), gradient);
            assertThatThrownBy(() ->
                            attack.run(IMAGES, List.of(target(), target()), List.of(start(0), start(1)), step -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 images")
                    .hasMessageContaining("batches of 1");
        }
    }
}
