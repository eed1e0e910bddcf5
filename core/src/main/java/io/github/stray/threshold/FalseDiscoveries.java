// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import java.util.Arrays;

/**
 * Which samples of a batch to reject so that few of those rejected are in-distribution: the procedure of Benjamini and
 * Hochberg (1995) on p-values.
 *
 * <h2>Definition</h2>
 *
 * With m p-values in ascending order, the i smallest are rejected for the largest i with {@code p_(i) <= q i / m}; the
 * comparison allows for a relative rounding error of 1e-12, since {@code q i / m} is seldom a double. With p-values of one
 * calibration set the expected share of ID samples among those rejected is at most q, also though the p-values depend on each
 * other through it (Bates et al., Testing for outliers with conformal p-values, Annals of Statistics 2023).
 */
public final class FalseDiscoveries {
    private static final double ROUNDING = 1 + 1e-12;

    private FalseDiscoveries() {}

    /**
     * The largest p-value that is rejected.
     *
     * @param pValues of the samples of one batch, in any order
     * @param q largest expected share of ID samples among those rejected, strictly between 0 and 1
     * @return the cut: a sample is rejected where its p-value is at most this; 0 if none is
     * @throws IllegalArgumentException if q is out of range
     */
    public static double cut(double[] pValues, double q) {
        requireShare(q);
        double[] sorted = pValues.clone();
        Arrays.sort(sorted);
        int i = sorted.length;
        while (i > 0 && sorted[i - 1] > q * i / sorted.length * ROUNDING) {
            i--;
        }
        return i == 0 ? 0 : sorted[i - 1];
    }

    /**
     * How many samples must be atypical together before any can be rejected: the smallest p-value is {@code 1 / (n + 1)}.
     *
     * @param batch number of samples m
     * @param calibration number of calibration scores n
     * @param q largest expected share of ID samples among those rejected, strictly between 0 and 1
     * @return the smallest i with {@code 1 / (n + 1) <= q i / m}; 1: a sample can be rejected alone; above m: none can be
     * @throws IllegalArgumentException if q is out of range
     */
    public static long fewest(long batch, long calibration, double q) {
        requireShare(q);
        return Math.max(1, (long) Math.ceil(batch / (q * (calibration + 1.0) * ROUNDING)));
    }

    private static void requireShare(double q) {
        if (!(q > 0 && q < 1)) {
            throw new IllegalArgumentException("the false discovery rate must lie strictly between 0 and 1, was " + q);
        }
    }
}
