// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import java.util.Arrays;

/**
 * How far one series is a linear function of another, such as AUROC of the ID accuracy over extractors: Pearson's r, its
 * square, and the least-squares line.
 *
 * <h2>Definition</h2>
 *
 * With deviations dx, dy from the means: {@code r = sum dx dy / sqrt(sum dx^2 sum dy^2)}; the line
 * {@code y = slope x + intercept} minimises the sum of squared errors of y, and r^2 is the share of the variance of y that
 * it explains.
 *
 * <h2>Ties</h2>
 *
 * Equal values are ordinary values; the order of the pairs changes the result by rounding only.
 *
 * <h2>Degenerate input</h2>
 *
 * Fewer than two pairs, a series whose values are all equal, NaN and infinity are errors: r is undefined there. Two pairs
 * always lie on a line, so r^2 is 1 and says nothing; from three on it does, and few pairs say little.
 *
 * <h2>Source</h2>
 *
 * Pearson, Proceedings of the Royal Society of London 58 (1895); equals {@code scipy.stats.linregress}.
 *
 * @param size number of pairs, at least 2
 * @param pearson r, in [-1, 1]
 * @param slope of the line, in units of y a unit of x
 * @param intercept of the line, in units of y
 */
public record Correlation(int size, double pearson, double slope, double intercept) {
    /** Checks the ranges. */
    public Correlation {
        if (size < 2) {
            throw new IllegalArgumentException("a correlation needs at least 2 pairs, got " + size);
        }
        if (!(Math.abs(pearson) <= 1)) {
            throw new IllegalArgumentException("a correlation lies in [-1, 1], got " + pearson);
        }
    }

    /**
     * {@return the correlation of two series, and the line of y on x}
     *
     * @param x n finite values, not all equal, n at least 2
     * @param y n finite values, not all equal; {@code y[i]} belongs to {@code x[i]}
     * @throws IllegalArgumentException if the series do not fit the definition
     */
    public static Correlation of(double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "a correlation needs pairs, got %d values of x and %d of y".formatted(x.length, y.length));
        }
        if (x.length < 2) {
            throw new IllegalArgumentException("a correlation needs at least 2 pairs, got " + x.length);
        }
        double scaleX = scale(x, "x");
        double scaleY = scale(y, "y");
        double[] dx = deviations(x, scaleX);
        double[] dy = deviations(y, scaleY);
        var xx = new CompensatedSum();
        var yy = new CompensatedSum();
        var xy = new CompensatedSum();
        for (int i = 0; i < dx.length; i++) {
            xx.add(dx[i] * dx[i]);
            yy.add(dy[i] * dy[i]);
            xy.add(dx[i] * dy[i]);
        }
        double pearson = xy.value() / Math.sqrt(xx.value()) / Math.sqrt(yy.value());
        double slope = xy.value() / xx.value();
        double intercept = (y[0] / scaleY - dy[0]) - slope * (x[0] / scaleX - dx[0]);
        return new Correlation(x.length, Math.clamp(pearson, -1.0, 1.0), slope / scaleX * scaleY, intercept * scaleY);
    }

    /** {@return the squared correlation, in [0, 1]} */
    public double rSquared() {
        return pearson * pearson;
    }

    /** A power of two that brings the largest value into [1, 2), so that squares neither overflow nor vanish. */
    private static double scale(double[] values, String name) {
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "value %d of %s is %s; a correlation needs finite numbers".formatted(i, name, values[i]));
            }
            largest = Math.max(largest, Math.abs(values[i]));
        }
        double first = values[0];
        if (Arrays.stream(values).allMatch(value -> value == first)) {
            throw new IllegalArgumentException(
                    "all %d values of %s are %s; a correlation is undefined for a constant series"
                            .formatted(values.length, name, first));
        }
        return Math.scalb(1.0, Math.max(-1022, Math.getExponent(largest)));
    }

    /** From the mean, in units of the scale; taken from the first value first, which loses nothing where values are close. */
    private static double[] deviations(double[] values, double scale) {
        double[] deviations = new double[values.length];
        Arrays.setAll(deviations, i -> values[i] / scale - values[0] / scale);
        var sum = new CompensatedSum();
        for (double deviation : deviations) {
            sum.add(deviation);
        }
        double mean = sum.value() / values.length;
        Arrays.setAll(deviations, i -> deviations[i] - mean);
        return deviations;
    }
}
