// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.probe.LinearProbe.Solver;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The probe against PyTorch, SciPy and scikit-learn, see {@code tools/golden/probe.py}. */
class LinearProbeGoldenTest {
    @TestFactory
    List<DynamicTest> adam_sameStartAndOrder_stepsOfPyTorch() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        for (String file : List.of("adam", "adam-moderate", "adam-large-batch")) {
            tests.addAll(cases(file, LinearProbeGoldenTest::checkAdam));
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests;
    }

    @TestFactory
    List<DynamicTest> lbfgs_sameObjective_minimumOfSciPy() throws Exception {
        List<DynamicTest> tests = cases("lbfgs", LinearProbeGoldenTest::checkLbfgs);
        assertThat(tests).hasSizeGreaterThan(5);
        return tests;
    }

    private interface Check {
        void check(JsonObject golden);
    }

    private static List<DynamicTest> cases(String name, Check check) throws Exception {
        JsonObject golden;
        try (InputStream in = Files.newInputStream(Path.of("../golden/probe/" + name + ".json"))) {
            golden = JsonParser.object().from(in);
        }
        return golden.getArray("cases").stream()
                .map(JsonObject.class::cast)
                .map(one -> DynamicTest.dynamicTest(one.getString("name"), () -> check.check(one)))
                .toList();
    }

    /** The oracle is float64; a step moves a parameter by at most the rate, and float32 bends its direction by far less. */
    private static void checkAdam(JsonObject golden) {
        FeatureSet samples = samples(golden);
        StandardisedRows rows = StandardisedRows.of(samples);
        checkStandardisation(rows.standardisation(), golden);
        LinearProbe recipe = new LinearProbe(
                Solver.ADAM, golden.getInt("epochs"), golden.getInt("batch"), 0, 1e-3, 1e-3, OptionalInt.empty());
        JsonObject start = golden.getObject("start");
        float[] weight = floats(start.getArray("weight"));
        Adam adam = new Adam(
                recipe, rows, samples.labels().orElseThrow().toArray(), weight.clone(), floats(start.getArray("bias")));
        JsonArray losses = golden.getArray("losses");
        var pending = new ArrayList<>(golden.getArray("after"));
        LearningRate rate = new LearningRate(1e-3, losses.size());
        for (Object shuffled : golden.getArray("orders")) {
            int[] order = ints((JsonArray) shuffled);
            for (int from = 0; from < order.length; from += recipe.batch()) {
                int to = Math.min(order.length, from + recipe.batch());
                int s = (int) adam.steps();
                double loss = adam.step(order, from, to) / (to - from);
                assertThat(rate.at(s)).isCloseTo(golden.getArray("rates").getDouble(s), within(1e-18));
                double expected = losses.getDouble(s);
                assertThat(loss).as("loss of step %d", s).isCloseTo(expected, within(1e-6 * expected + 1e-9));
                if (!pending.isEmpty() && ((JsonObject) pending.getFirst()).getInt("steps") == s + 1) {
                    JsonObject after = (JsonObject) pending.removeFirst();
                    close(adam.weight(), after.getArray("weight"), 1e-6, "weight after %d steps".formatted(s + 1));
                    close(adam.bias(), after.getArray("bias"), 1e-6, "bias after %d steps".formatted(s + 1));
                }
            }
        }
        assertThat(pending).isEmpty();
        assertThat(adam.steps()).isEqualTo(losses.size());
    }

    /**
     * With weight decay m the objective is m-strongly convex, so at a gradient g it is at most g^2 / 2m above its minimum and
     * at most g / m away from it.
     */
    private static void checkLbfgs(JsonObject golden) {
        FeatureSet samples = samples(golden);
        TrainedProbe probe = new LinearProbe(Solver.LBFGS, 1, 1, 0, 1e-3, 1e-3, OptionalInt.empty()).train(samples);
        assertThat(probe.notes()).noneMatch(note -> note.contains("L-BFGS"));
        GradientNorms norms = probe.gradientNorms().orElseThrow();
        assertThat(norms.end()).isLessThanOrEqualTo(1e-6 * norms.start());
        checkStandardisation(probe.head().standardisation().orElseThrow(), golden);
        float[] weight = probe.head().weight().toTensor().toFloats();
        double squares = 0;
        for (float w : weight) {
            squares += (double) w * w;
        }
        for (float b : probe.head().bias()) {
            squares += (double) b * b;
        }
        double expected = golden.getDouble("objective");
        assertThat(probe.training().loss() + 5e-4 * squares)
                .isBetween(expected * (1 - 1e-12), expected * (1 + 1e-12) + norms.end() * norms.end() / (2 * 1e-3));
        close(weight, golden.getArray("weight"), norms.end() / 1e-3 + 1e-6, "weight");
        close(probe.head().bias(), golden.getArray("bias"), norms.end() / 1e-3 + 1e-6, "bias");
        checkLimit(samples, probe.head().standardisation().orElseThrow(), golden);
    }

    /** The same minimisation without the early stop. */
    private static void checkLimit(FeatureSet samples, LinearHead.Standardisation first, JsonObject golden) {
        Lbfgs.Minimum minimum = Lbfgs.minimise(new SoftmaxRegression(samples, first, 1e-3), 1e-10, ProbeProgress.NONE);
        assertThat(minimum.ending()).isEqualTo(Lbfgs.Ending.CONVERGED);
        double expected = golden.getDouble("objective");
        assertThat(minimum.value()).isCloseTo(expected, within(1e-13 * expected));
        double[] point = doubles(golden.getArray("weight"));
        double[] bias = doubles(golden.getArray("bias"));
        for (int i = 0; i < minimum.point().length; i++) {
            assertThat(minimum.point()[i])
                    .isCloseTo(i < point.length ? point[i] : bias[i - point.length], within(1e-7));
        }
    }

    private static FeatureSet samples(JsonObject golden) {
        JsonArray rows = golden.getArray("rows");
        float[] values = floats(rows);
        int n = rows.size();
        List<String> names = IntStream.range(0, golden.getInt("classes"))
                .mapToObj(Integer::toString)
                .toList();
        return FeatureSet.of(FeatureMatrix.copyOf(values, n, values.length / n), "golden")
                .withLabels(Labels.of(ints(golden.getArray("labels")), names));
    }

    private static void checkStandardisation(LinearHead.Standardisation ours, JsonObject golden) {
        close(ours.mean(), golden.getArray("mean"), 1e-12, "mean");
        close(ours.scale(), golden.getArray("scale"), 1e-12, "scale");
    }

    private static void close(float[] actual, JsonArray expected, double tolerance, String what) {
        double[] values = doubles(expected);
        assertThat(actual).hasSameSizeAs(values);
        for (int i = 0; i < values.length; i++) {
            assertThat((double) actual[i]).as("%s at %d", what, i).isCloseTo(values[i], within(tolerance));
        }
    }

    private static int[] ints(JsonArray array) {
        return IntStream.range(0, array.size()).map(array::getInt).toArray();
    }

    private static float[] floats(JsonArray array) {
        double[] values = doubles(array);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] doubles(JsonArray array) {
        return array.stream()
                .flatMap(entry -> entry instanceof JsonArray row ? row.stream() : java.util.stream.Stream.of(entry))
                .mapToDouble(entry -> ((Number) entry).doubleValue())
                .toArray();
    }
}
