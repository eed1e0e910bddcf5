// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

/** Softmax and log-sum-exp of one row, with the largest entry subtracted first. */
final class Softmax {
    private Softmax() {}

    static void requireTemperature(double temperature, String id) {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "option temperature of %s must be above 0 and finite, was %s".formatted(id, temperature));
        }
    }

    static double max(double[] z) {
        double max = z[0];
        for (double value : z) {
            max = Math.max(max, value);
        }
        return max;
    }

    /** {@code sum exp((z - max z) / T)}, at least 1. */
    static double scaledSum(double[] z, double temperature) {
        double max = max(z);
        double sum = 0;
        for (double value : z) {
            sum += Math.exp((value - max) / temperature);
        }
        return sum;
    }

    /** {@code T log sum exp(z / T)}, finite however small T is. */
    static double energy(double[] z, double temperature) {
        return max(z) + temperature * Math.log(scaledSum(z, temperature));
    }

    /** {@code softmax(z / T)}. */
    static double[] of(double[] z, double temperature) {
        double max = max(z);
        double[] p = new double[z.length];
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            p[c] = Math.exp((z[c] - max) / temperature);
            sum += p[c];
        }
        for (int c = 0; c < z.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    /** Index of the largest entry, the lowest of equal ones. */
    static int argmax(double[] z) {
        int best = 0;
        for (int c = 1; c < z.length; c++) {
            if (z[c] > z[best]) {
                best = c;
            }
        }
        return best;
    }
}
