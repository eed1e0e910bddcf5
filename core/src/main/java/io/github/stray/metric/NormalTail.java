// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

/**
 * The tails of the standard normal distribution: the Taylor series of the middle near 0, Laplace's continued fraction far
 * out (Abramowitz and Stegun 26.2.10 and 26.2.14). Relative error below 1e-12 where the result is above 1e-300.
 */
final class NormalTail {
    private static final double SERIES_BELOW = 3;
    private static final int FRACTIONS = 200;
    private static final double DENSITY_AT_0 = 0.3989422804014327;

    private NormalTail() {}

    /** P(|N(0, 1)| >= |z|). */
    static double twoSided(double z) {
        double x = Math.abs(z);
        double density = DENSITY_AT_0 * Math.exp(-x * x / 2);
        if (x < SERIES_BELOW) {
            double term = x;
            double sum = x;
            for (int k = 3; term > sum * 1e-18; k += 2) {
                term *= x * x / k;
                sum += term;
            }
            return 1 - 2 * density * sum;
        }
        double fraction = x;
        for (int k = FRACTIONS; k >= 1; k--) {
            fraction = x + k / fraction;
        }
        return 2 * density / fraction;
    }
}
