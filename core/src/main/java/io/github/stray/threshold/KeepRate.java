// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

/**
 * What share of new ID samples a threshold keeps, over the draw of the calibration samples that it came from.
 *
 * <p>With n calibration scores and the j-th smallest as the threshold, this share is distributed as Beta(n + 1 - j, j) where
 * scores do not tie, and is no smaller where they do. So the share that one threshold in use keeps is fixed but not known:
 * it lies between {@link #low} and {@link #high} for 90 % of all calibration sets.
 *
 * @param mean the expected share
 * @param low share that 5 % of the calibration sets stay below
 * @param high share that 5 % of the calibration sets exceed
 */
public record KeepRate(double mean, double low, double high) {
    private static final double OUTSIDE = 0.05;

    /** Without a finite threshold every sample is kept. */
    static final KeepRate ALL = new KeepRate(1, 1, 1);

    /**
     * The rate of the j-th smallest of n scores.
     *
     * @param n calibration scores
     * @param j rank of the threshold among them, 0 to n
     */
    static KeepRate of(int n, int j) {
        return j == 0
                ? ALL
                : new KeepRate((n + 1.0 - j) / (n + 1.0), quantile(n, j, OUTSIDE), quantile(n, j, 1 - OUTSIDE));
    }

    /** {@code P(Beta(n + 1 - j, j) < x)}, j from 1 to n. */
    static double below(double x, int n, int j) {
        return BinomialTail.atMost(j - 1, n, x);
    }

    private static double quantile(int n, int j, double share) {
        double low = 0;
        double high = 1;
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return middle;
            }
            if (below(middle, n, j) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}
