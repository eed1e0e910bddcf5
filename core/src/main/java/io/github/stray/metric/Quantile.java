// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

/**
 * Quantiles by linear interpolation between order statistics: the p-quantile of n sorted numbers lies at position
 * {@code (n - 1) p} (R type 7, NumPy's default).
 */
public final class Quantile {
    private Quantile() {}

    /**
     * {@return the quantile of sorted numbers}
     *
     * @param ascending at least one number, none NaN, the smallest first
     * @param probability in [0, 1]
     */
    public static double ofSorted(double[] ascending, double probability) {
        double position = (ascending.length - 1) * probability;
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, ascending.length - 1);
        return between(ascending[below], ascending[above], position - below);
    }

    /**
     * The point at a fraction of the way from low to high, rounded as NumPy rounds it: from the nearer end. An infinite end
     * is reached by any fraction above 0; of two opposite infinities the lower.
     */
    static double between(double low, double high, double fraction) {
        if (fraction == 0 || low == high || low == Double.NEGATIVE_INFINITY) {
            return low;
        }
        if (high == Double.POSITIVE_INFINITY) {
            return high;
        }
        double difference = high - low;
        if (Double.isInfinite(difference)) {
            return low * (1 - fraction) + high * fraction;
        }
        return fraction < 0.5 ? low + difference * fraction : high - difference * (1 - fraction);
    }
}
