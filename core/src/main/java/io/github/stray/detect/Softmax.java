// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.function.Function;

/** Softmax and log-sum-exp of one row, with the largest entry subtracted first. */
final class Softmax {
    private Softmax() {}

    /** The option {@code temperature}, 1 unless given. */
    static <D> Option<D, Double> temperature(String meaning, Function<D, Double> value) {
        return Option.number("temperature", 1, "above 0", meaning, value);
    }

    static void requireTemperature(double temperature, String id) {
        boolean holds = temperature > 0 && temperature < Double.POSITIVE_INFINITY;
        Option.require(holds, id, "temperature", "be above 0 and finite", temperature);
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

    /** The largest entry of {@code softmax(z / T)}. */
    static double largest(double[] z, double temperature) {
        return 1 / scaledSum(z, temperature);
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
