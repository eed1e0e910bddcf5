// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

/**
 * A sum whose error does not grow with its length: the rounding error of each addition is carried along and added at the
 * end. A plain sum of 10 million precisions may lose three of the twelve digits that the metrics promise.
 *
 * <p>Source: Neumaier, Zeitschrift fuer Angewandte Mathematik und Mechanik 54 (1974).
 */
final class CompensatedSum {
    private double sum;
    private double carry;

    void add(double term) {
        double next = sum + term;
        carry += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
        sum = next;
    }

    double value() {
        return sum + carry;
    }
}
