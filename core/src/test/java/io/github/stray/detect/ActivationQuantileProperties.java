// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;

class ActivationQuantileProperties {
    private static double quantile(float[] values, int rows, double probability) {
        FeatureMatrix matrix = FeatureMatrix.copyOf(values, rows, values.length / rows);
        return ActivationQuantile.of(new HeadInputs(matrix, Optional.empty()), probability);
    }

    private static double bySorting(float[] values, double probability) {
        double[] sorted = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            sorted[i] = values[i];
        }
        Arrays.sort(sorted);
        double position = (sorted.length - 1) * probability;
        int below = (int) position;
        double high = sorted[Math.min(below + 1, sorted.length - 1)];
        return sorted[below] + (position - below) * (high - sorted[below]);
    }

    private static void check(float[] values, int rows, double probability) {
        double expected = bySorting(values, probability);
        assertThat(quantile(values, rows, probability))
                .isCloseTo(expected, within(1e-12 * Math.max(Math.abs(expected), 1e-300)));
    }

    @Property(tries = 500)
    void of_anyNumbers_whatSortingGives(
            @ForAll @Size(min = 1, max = 30) List<@FloatRange(min = -3e38f, max = 3e38f) Float> numbers,
            @ForAll @DoubleRange(min = 0, max = 1) double probability) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i) / 4;
        }
        check(values, values.length, probability);
        check(values, 1, probability);
    }

    @Example
    void of_manyBlocksWithTies_whatSortingGives() {
        Random random = new Random(6);
        float[] values = new float[700 * 512];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 3 == 0 ? Math.max(0, (float) random.nextGaussian()) : (float) random.nextGaussian();
        }
        for (double probability : new double[] {0, 0.1, 0.5, 0.6, 0.9, 0.999999, 1}) {
            check(values, 700, probability);
        }
    }

    @Example
    void of_fewDistinctNumbers_interpolatesBetweenThem() {
        float[] values = {-1, -1, -0.0f, 0, 2, 2, 2, Float.MIN_VALUE, -Float.MIN_VALUE};
        for (double probability : new double[] {0, 0.125, 0.2, 0.3, 0.5, 0.51, 0.625, 0.7, 1}) {
            check(values, 3, probability);
        }
        assertThat(quantile(values, 3, 1.5 / 8)).isCloseTo((-1 + -Float.MIN_VALUE) / 2, within(1e-15));
    }
}
