// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.probe.LinearProbe.Solver;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinearProbeTest {
    private static LinearProbe recipe(Solver solver, int epochs, int batch, long seed) {
        return new LinearProbe(solver, epochs, batch, seed, 1e-3, 1e-3, OptionalInt.empty());
    }

    private static LinearProbe shots(Solver solver, int shots, long seed) {
        return new LinearProbe(solver, 5, 16, seed, 1e-3, 1e-3, OptionalInt.of(shots));
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void train_separatedClasses_learnsThem(Solver solver) {
        FeatureSet training = ProbeSets.blobs(300, 12, 1);
        TrainedProbe probe = recipe(solver, 60, 16, 42).train(training);
        assertThat(probe.training().accuracy()).isGreaterThan(0.97);
        assertThat(HeadQuality.of(probe.head(), ProbeSets.blobs(300, 12, 2)).accuracy())
                .isGreaterThan(0.95);
        assertThat(probe.training().loss()).isBetween(0.0, 0.3);
        assertThat(probe.notes()).isEmpty();
        assertThat(probe.head().classNames()).isEqualTo(ProbeSets.NAMES);
        assertThat(probe.head().space()).isEqualTo(training.space());
        assertThat(probe.head().seen()).isEqualTo(SeenSamples.of(training));
        assertThat(probe.recipe().solver()).isEqualTo(solver);
        assertThat(probe.gradientNorms().isPresent()).isEqualTo(solver == Solver.LBFGS);
    }

    @Test
    void paper_isTheRecipe() {
        assertThat(LinearProbe.PAPER)
                .isEqualTo(new LinearProbe(Solver.ADAM, 100, 256, 42, 1e-3, 1e-3, OptionalInt.empty()));
        assertThat(LinearProbe.PAPER.train(ProbeSets.blobs(300, 4, 1)).steps()).isEqualTo(200);
    }

    @Test
    void train_adam_isRepeatableAndSeeded() {
        FeatureSet training = ProbeSets.blobs(70, 5, 1);
        float[] first = ProbeSets.weights(recipe(Solver.ADAM, 4, 16, 7).train(training));
        assertThat(ProbeSets.weights(recipe(Solver.ADAM, 4, 16, 7).train(training)))
                .isEqualTo(first);
        assertThat(ProbeSets.weights(recipe(Solver.ADAM, 4, 16, 8).train(training)))
                .isNotEqualTo(first);
    }

    @Test
    void train_adam_startsUniformWithinTheInverseRootOfD() {
        FeatureSet training = ProbeSets.blobs(9, 400, 1);
        // One epoch of one step: the rate of the first step of a schedule without warm-up is 1e-3, which Adam moves by.
        float[] weights = ProbeSets.weights(recipe(Solver.ADAM, 1, 16, 3).train(training));
        double bound = 1 / Math.sqrt(400);
        double squares = 0;
        for (float w : weights) {
            assertThat(Math.abs(w)).isLessThan((float) (bound + 1.001e-3));
            squares += w * w;
        }
        assertThat(squares / weights.length).isCloseTo(bound * bound / 3, within(0.15 * bound * bound / 3));
    }

    @Test
    void train_lbfgs_doesNotReadSeedBatchEpochsOrRate() {
        FeatureSet training = ProbeSets.blobs(70, 5, 1);
        float[] first = ProbeSets.weights(recipe(Solver.LBFGS, 1, 1, 1).train(training));
        var other = new LinearProbe(Solver.LBFGS, 9, 99, 9, 9, 1e-3, OptionalInt.empty());
        assertThat(ProbeSets.weights(other.train(training))).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void train_anyNumberOfThreads_sameBits(Solver solver) throws Exception {
        FeatureSet training = ProbeSets.blobs(1500, 37, 1);
        LinearProbe recipe = recipe(solver, 2, 1300, 42);
        var expected = ProbeSets.weights(recipe.train(training));
        for (int threads : new int[] {1, 3}) {
            try (var pool = new ForkJoinPool(threads)) {
                assertThat(pool.submit(() -> ProbeSets.weights(recipe.train(training)))
                                .get())
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void train_progress_fallsToTheLoss(Solver solver) {
        var losses = new ArrayList<Double>();
        TrainedProbe probe = recipe(solver, 30, 16, 42).train(ProbeSets.blobs(90, 6, 1), (done, loss) -> {
            losses.add(loss);
            assertThat(done).isEqualTo(losses.size());
        });
        assertThat(losses).hasSize(solver == Solver.ADAM ? 30 : (int) probe.steps());
        assertThat(losses.getLast()).isLessThan(losses.getFirst());
        if (solver == Solver.ADAM) {
            assertThat(losses.getLast()).isCloseTo(probe.training().loss(), within(0.01));
        }
    }

    @Test
    void train_adamForLong_comesNearTheMinimumOfLbfgs() {
        FeatureSet training = ProbeSets.blobs(90, 4, 1);
        float[] adam = ProbeSets.weights(
                new LinearProbe(Solver.ADAM, 10_000, 90, 1, 1e-2, 1e-2, OptionalInt.empty()).train(training));
        float[] lbfgs =
                ProbeSets.weights(new LinearProbe(Solver.LBFGS, 1, 1, 1, 1, 1e-2, OptionalInt.empty()).train(training));
        for (int i = 0; i < adam.length; i++) {
            assertThat(adam[i]).isCloseTo(lbfgs[i], within(2e-3f));
        }
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void train_constantDimension_isCentredOnly(Solver solver) {
        FeatureSet blobs = ProbeSets.blobs(60, 4, 1);
        float[] values = new float[60 * 5];
        for (int i = 0; i < 60; i++) {
            System.arraycopy(blobs.features().row(i), 0, values, i * 5, 4);
            values[i * 5 + 4] = 0.1f;
        }
        FeatureSet training = ProbeSets.set(values, blobs.labels().orElseThrow().toArray(), ProbeSets.NAMES);
        LinearHead head = recipe(solver, 3, 16, 1).train(training).head();
        LinearHead.Standardisation first = head.standardisation().orElseThrow();
        assertThat(first.mean()[4]).isEqualTo(0.1f);
        assertThat(first.scale()[4]).isEqualTo(1);
        assertThat(head.inputs(training.features().row(7), 1)[4]).isZero();
        if (solver == Solver.LBFGS) {
            assertThat(head.weight().row(0)[4]).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void train_oneRow_isCentredOnlyAndLearnsItsClass(Solver solver) {
        FeatureSet one = ProbeSets.set(new float[] {3, -2}, new int[] {1}, ProbeSets.NAMES);
        TrainedProbe probe = recipe(solver, 500, 256, 1).train(one);
        LinearHead.Standardisation first = probe.head().standardisation().orElseThrow();
        assertThat(first.mean()).containsExactly(3, -2);
        assertThat(first.scale()).containsExactly(1, 1);
        assertThat(probe.training().accuracy()).isEqualTo(1);
        assertThat(probe.notes()).containsExactly("2 of 3 classes have no row in 'set': ash, cedar");
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void train_equalRowsOfAllClasses_endsAtTheirShares(Solver solver) {
        float[] values = new float[12];
        Arrays.fill(values, 5);
        FeatureSet equal = ProbeSets.set(values, new int[] {0, 0, 0, 1, 1, 2}, ProbeSets.NAMES);
        TrainedProbe probe = new LinearProbe(solver, 3000, 6, 1, 1e-2, 1e-9, OptionalInt.empty()).train(equal);
        double entropy = Math.log(2) / 2 + Math.log(3) / 3 + Math.log(6) / 6;
        assertThat(probe.training().loss()).isCloseTo(entropy, within(1e-6));
        assertThat(probe.training().correct()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void train_classesWithoutRows_areNotedAndStayLow(Solver solver) {
        List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        FeatureSet blobs = ProbeSets.blobs(60, 4, 1);
        FeatureSet training =
                blobs.withLabels(Labels.of(blobs.labels().orElseThrow().toArray(), names));
        TrainedProbe probe = recipe(solver, 600, 16, 1).train(training);
        assertThat(probe.notes()).containsExactly("5 of 8 classes have no row in 'set': d, e, f, g, h");
        assertThat(probe.head().classes()).isEqualTo(8);
        assertThat(probe.training().accuracy()).isGreaterThan(0.8);
    }

    @Test
    void train_withShots_takesThatManyOfEachClass() {
        FeatureSet blobs = ProbeSets.blobs(60, 4, 1);
        int[] labels = blobs.labels().orElseThrow().toArray();
        for (int i = 6; i < 60; i++) {
            labels[i] = labels[i] == 2 ? 1 : labels[i];
        }
        FeatureSet training = blobs.withLabels(Labels.of(labels, ProbeSets.NAMES));
        TrainedProbe probe = shots(Solver.ADAM, 7, 1).train(training);
        assertThat(probe.training().samples()).isEqualTo(7 + 7 + 2);
        assertThat(probe.notes()).containsExactly("1 of 3 classes has fewer than 7 rows and keeps what it has");
        assertThat(probe.head().seen().ids())
                .hasSize(16)
                .doesNotHaveDuplicates()
                .contains("sample-2", "sample-5");
        assertThat(probe.head().seen().count(training)).isEqualTo(16);
        assertThat(shots(Solver.ADAM, 7, 1).train(training).head().seen())
                .isEqualTo(probe.head().seen());
        assertThat(shots(Solver.LBFGS, 7, 1).train(training).head().seen())
                .isEqualTo(probe.head().seen());
        assertThat(shots(Solver.ADAM, 7, 2).train(training).head().seen())
                .isNotEqualTo(probe.head().seen());
        assertThat(shots(Solver.ADAM, 99, 1).train(training).training().samples())
                .isEqualTo(60);
    }

    @Test
    void train_whatCannotBe_isRefused() {
        FeatureSet blobs = ProbeSets.blobs(30, 4, 1);
        assertRefused(blobs.select(new int[0]), "a linear probe needs at least one training row, 'set' has none");
        assertRefused(blobs.withoutLabels(), "a linear probe needs labels, 'set' has none");
        assertRefused(
                blobs.withLabels(Labels.of(new int[30])), "a linear probe needs at least two classes, 'set' has one");
        int[] labels = new int[30];
        labels[3] = Integer.MAX_VALUE - 1;
        assertRefused(
                blobs.withLabels(Labels.of(labels)),
                "the labels of 'set' reach 2147483646: a head of 2147483647 classes on 4 dimensions does not fit one array");
        float[] values = new float[] {1, 2, 3, Float.NaN};
        assertRefused(
                ProbeSets.set(values, new int[] {0, 1}, ProbeSets.NAMES),
                "feature row 1 of 'set' (sample 'sample-1') holds NaN at dimension 1; expected finite numbers");
    }

    @Test
    void train_deviationsBeyondFloat32_areRefused() {
        float[] huge = {-3e38f, 3e38f};
        assertThatThrownBy(() -> LinearProbe.PAPER.train(ProbeSets.set(huge, new int[] {0, 1}, ProbeSets.NAMES)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dimension 0 of 'set' has the standard deviation 4.24")
                .hasMessageEndingWith("which float32 cannot hold; scale the features");
        float[] tiny = {0, Float.MIN_VALUE, 0, 0};
        assertThatThrownBy(() -> LinearProbe.PAPER.train(ProbeSets.set(tiny, new int[] {0, 1, 0, 1}, ProbeSets.NAMES)))
                .hasMessageContaining("float32 cannot hold");
    }

    private static void assertRefused(FeatureSet samples, String message) {
        assertThatThrownBy(() -> LinearProbe.PAPER.train(samples))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void options_outOfRange_areRefused() {
        OptionalInt all = OptionalInt.empty();
        assertOption(() -> new LinearProbe(Solver.ADAM, 0, 1, 1, 1, 1, all), "epochs", "at least 1, was 0");
        assertOption(() -> new LinearProbe(Solver.ADAM, 1, 0, 1, 1, 1, all), "batch", "at least 1, was 0");
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertOption(() -> new LinearProbe(Solver.ADAM, 1, 1, 1, rate, 1, all), "learning rate", "was " + rate);
        }
        for (double decay : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertOption(() -> new LinearProbe(Solver.ADAM, 1, 1, 1, 1, decay, all), "weight decay", "was " + decay);
        }
        assertOption(() -> new LinearProbe(Solver.LBFGS, 1, 1, 1, 1, 0, all), "LBFGS", "positive weight decay, was 0");
        assertOption(
                () -> new LinearProbe(Solver.ADAM, 1, 1, 1, 1, 1, OptionalInt.of(0)), "shots", "at least 1, was 0");
        assertThat(new LinearProbe(Solver.ADAM, 1, 1, 1, 1, 0, all).weightDecay())
                .isZero();
    }

    private static void assertOption(Runnable make, String option, String problem) {
        assertThatThrownBy(make::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(problem);
    }

    @Test
    void train_rowsStoredAsDoubles_sameBits() {
        FeatureSet blobs = ProbeSets.blobs(40, 3, 1);
        float[] values = blobs.features().toTensor().toFloats();
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        FeatureSet wide = FeatureSet.of(FeatureMatrix.of(Tensor.ofDoubles(doubles, 40, 3)), "set")
                .withLabels(blobs.labels().orElseThrow());
        LinearProbe recipe = recipe(Solver.ADAM, 3, 16, 1);
        assertThat(ProbeSets.weights(recipe.train(wide))).isEqualTo(ProbeSets.weights(recipe.train(blobs)));
    }
}
