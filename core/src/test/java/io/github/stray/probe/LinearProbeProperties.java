// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearProbe.Solver;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LinearProbeProperties {
    private static FeatureSet random(int n, int d, int classes, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-8, 9) / 4f;
        }
        int[] labels = random.ints(n, 0, classes).toArray();
        List<String> names =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return ProbeSets.set(values, labels, names);
    }

    /** The recipe in plain loops, in double. */
    private static double[] plainAdam(
            LinearProbe recipe, FeatureSet samples, LinearHead.Standardisation first, float[] weight, float[] bias) {
        int n = samples.size();
        int d = samples.features().dimension();
        int classes = bias.length;
        double[] theta = new double[classes * d + classes];
        for (int i = 0; i < theta.length; i++) {
            theta[i] = i < weight.length ? weight[i] : bias[i - weight.length];
        }
        double[] m = new double[theta.length];
        double[] v = new double[theta.length];
        long steps = (long) recipe.epochs() * Math.ceilDiv(n, recipe.batch());
        for (int s = 0, from = 0; s < steps; s++, from = from + recipe.batch() >= n ? 0 : from + recipe.batch()) {
            int to = Math.min(n, from + recipe.batch());
            double[] g = new double[theta.length];
            for (int i = from; i < to; i++) {
                float[] row = samples.features().row(i);
                double[] f = new double[d];
                double[] p = new double[classes];
                double sum = 0;
                for (int t = 0; t < d; t++) {
                    f[t] = ((double) row[t] - first.mean()[t]) / first.scale()[t];
                }
                for (int c = 0; c < classes; c++) {
                    double z = theta[classes * d + c];
                    for (int t = 0; t < d; t++) {
                        z += theta[c * d + t] * f[t];
                    }
                    p[c] = Math.exp(z);
                    sum += p[c];
                }
                for (int c = 0; c < classes; c++) {
                    double residual =
                            (p[c] / sum - (samples.labels().orElseThrow().get(i) == c ? 1 : 0)) / (to - from);
                    g[classes * d + c] += residual;
                    for (int t = 0; t < d; t++) {
                        g[c * d + t] += residual * f[t];
                    }
                }
            }
            double rate = new LearningRate(recipe.learningRate(), steps).at(s);
            for (int i = 0; i < theta.length; i++) {
                g[i] += recipe.weightDecay() * theta[i];
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                theta[i] -= rate
                        * (m[i] / (1 - Math.pow(0.9, s + 1.0)))
                        / (Math.sqrt(v[i] / (1 - Math.pow(0.999, s + 1.0))) + 1e-8);
            }
        }
        return theta;
    }

    @Property(tries = 60)
    void adam_anyShape_followsPlainLoops(
            @ForAll @IntRange(min = 2, max = 150) int n,
            @ForAll @IntRange(min = 1, max = 40) int d,
            @ForAll @IntRange(min = 2, max = 40) int classes,
            @ForAll @IntRange(min = 1, max = 160) int batch,
            @ForAll long seed) {
        FeatureSet samples = random(n, d, classes, seed);
        StandardisedRows rows = StandardisedRows.of(samples);
        var recipe = new LinearProbe(Solver.ADAM, 3, batch, 1, 1e-3, 1e-3, OptionalInt.empty());
        Random random = new Random(seed);
        float[] weight = new float[classes * d];
        float[] bias = new float[classes];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = random.nextFloat() - 0.5f;
        }
        // Not 0: where rows balance each other, a bias of 0 has a gradient of mere rounding, which Adam makes a full
        // step of.
        for (int c = 0; c < classes; c++) {
            bias[c] = (random.nextBoolean() ? 1 : -1) * (random.nextFloat() + 0.1f);
        }
        double[] expected = plainAdam(recipe, samples, rows.standardisation(), weight, bias);
        Adam adam = new Adam(recipe, rows, samples.labels().orElseThrow().toArray(), weight, bias);
        int[] order = IntStream.range(0, n).toArray();
        for (int epoch = 0; epoch < 3; epoch++) {
            adam.epoch(order);
        }
        // Adam makes full steps of the smallest gradients, so the rounding of a single parameter may show; never that
        // of many.
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            float actual = i < classes * d ? adam.weight()[i] : adam.bias()[i - classes * d];
            assertThat((double) actual).isCloseTo(expected[i], within(1e-3));
            sum += Math.abs(actual - expected[i]);
        }
        assertThat(sum / expected.length).isLessThan(3e-6);
    }

    @Property(tries = 60)
    void softmaxRegression_gradient_isTheDifferenceOfValues(
            @ForAll @IntRange(min = 1, max = 80) int n,
            @ForAll @IntRange(min = 1, max = 9) int d,
            @ForAll @IntRange(min = 2, max = 6) int classes,
            @ForAll long seed) {
        FeatureSet samples = random(n, d, classes, seed);
        var objective =
                new SoftmaxRegression(samples, StandardisedRows.of(samples).standardisation(), 0.1);
        Random random = new Random(seed);
        double[] point = random.doubles(objective.size(), -1, 1).toArray();
        double[] gradient = new double[point.length];
        double[] unused = new double[point.length];
        objective.at(point, gradient);
        for (int i = 0; i < point.length; i++) {
            double[] up = point.clone();
            double[] down = point.clone();
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double slope = (objective.at(up, unused) - objective.at(down, unused)) / 2e-5;
            assertThat(gradient[i]).isCloseTo(slope, within(1e-8));
        }
    }

    @Property(tries = 60)
    void lbfgs_anySet_reachesTheGradientAskedFor(
            @ForAll @IntRange(min = 1, max = 60) int n,
            @ForAll @IntRange(min = 1, max = 12) int d,
            @ForAll @IntRange(min = 2, max = 6) int classes,
            @ForAll long seed) {
        TrainedProbe probe =
                new LinearProbe(Solver.LBFGS, 1, 1, 1, 1, 1e-3, OptionalInt.empty()).train(random(n, d, classes, seed));
        assertThat(probe.gradientNorms().orElseThrow().ratio()).isLessThanOrEqualTo(1e-6);
        assertThat(probe.notes()).noneMatch(note -> note.contains("L-BFGS"));
    }

    @Property(tries = 200)
    void learningRate_anySchedule_risesToThePeakAndFallsTowards0(@ForAll @IntRange(min = 1, max = 5000) int steps) {
        LearningRate rate = new LearningRate(0.5, steps);
        int warmUp = (int) Math.floor(0.1 * steps);
        for (int s = 1; s < steps; s++) {
            if (s < warmUp) {
                assertThat(rate.at(s)).isGreaterThan(rate.at(s - 1));
            } else if (s > warmUp) {
                assertThat(rate.at(s)).isLessThan(rate.at(s - 1)).isPositive();
            }
        }
        assertThat(rate.at(warmUp)).isEqualTo(0.5);
        if (warmUp > 0) {
            assertThat(rate.at(0)).isZero();
        }
        if (warmUp > 1) {
            assertThat(rate.at(warmUp - 1)).isEqualTo(0.5);
        }
    }
}
