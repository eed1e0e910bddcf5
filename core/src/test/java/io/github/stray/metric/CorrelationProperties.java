// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CorrelationProperties {
    private static double[] drawn(int n, SplittableRandom random) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> random.nextInt(-40, 41) / 8.0);
        values[0] = values[n - 1] + 1; // not constant
        return values;
    }

    private static double[] mapped(double[] values, double factor, double shift) {
        return Arrays.stream(values).map(value -> factor * value + shift).toArray();
    }

    @Property
    void rSquared_anySeries_isAFractionAndKnowsNoDirection(
            @ForAll @IntRange(min = 2, max = 30) int n, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        double[] x = drawn(n, random);
        double[] y = drawn(n, random);
        double rSquared = Correlation.of(x, y).rSquared();
        assertThat(rSquared).isBetween(0.0, 1.0);
        assertThat(Correlation.of(y, x).rSquared()).isCloseTo(rSquared, within(1e-14));
    }

    @Property
    void pearson_linearMap_keepsItsSize(
            @ForAll @IntRange(min = 2, max = 30) int n,
            @ForAll @IntRange(min = 1, max = 9) int factor,
            @ForAll long seed) {
        var random = new SplittableRandom(seed);
        double[] x = drawn(n, random);
        double[] y = drawn(n, random);
        double pearson = Correlation.of(x, y).pearson();
        assertThat(Correlation.of(mapped(x, factor, -3), y).pearson()).isCloseTo(pearson, within(1e-13));
        assertThat(Correlation.of(x, mapped(y, -factor, 5)).pearson()).isCloseTo(-pearson, within(1e-13));
    }

    /** R^2 is the share of the variance that the line explains, and the errors of the best line balance. */
    @Property
    void of_anySeries_errorsOfTheLineBalanceAndLeaveTheUnexplainedShare(
            @ForAll @IntRange(min = 2, max = 30) int n, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        double[] x = drawn(n, random);
        double[] y = drawn(n, random);
        Correlation line = Correlation.of(x, y);
        double mean = Arrays.stream(y).average().orElseThrow();
        double errors = 0;
        double weighted = 0;
        double unexplained = 0;
        double total = 0;
        for (int i = 0; i < n; i++) {
            double error = y[i] - line.slope() * x[i] - line.intercept();
            errors += error;
            weighted += error * x[i];
            unexplained += error * error;
            total += (y[i] - mean) * (y[i] - mean);
        }
        assertThat(errors).isCloseTo(0, within(1e-10));
        assertThat(weighted).isCloseTo(0, within(1e-9));
        assertThat(1 - unexplained / total).isCloseTo(line.rSquared(), within(1e-12));
    }
}
