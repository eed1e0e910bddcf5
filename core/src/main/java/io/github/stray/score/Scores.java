// SPDX-License-Identifier: Apache-2.0
package io.github.stray.score;

import java.util.Arrays;

/**
 * One score a sample; <b>higher is more in-distribution</b>. Infinite scores are allowed, NaN is not. Immutable.
 */
public final class Scores {
    private final double[] values;

    private Scores(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                throw new IllegalArgumentException("score of row %d is NaN; a score must be a number".formatted(i));
            }
        }
        this.values = values;
    }

    /**
     * {@return scores that are already oriented}
     *
     * @param values higher = more in-distribution; copied
     * @throws IllegalArgumentException if a value is NaN; the message names its row
     */
    public static Scores of(double... values) {
        return new Scores(values.clone());
    }

    /**
     * Scores from values that grow with strangeness, such as distances. This is the only negation in Stray.
     *
     * @param values higher = more out-of-distribution; copied
     * @return the scores
     * @throws IllegalArgumentException if a value is NaN; the message names its row
     */
    public static Scores fromOutlierScores(double... values) {
        double[] negated = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            negated[i] = 0.0 - values[i];
        }
        return new Scores(negated);
    }

    /** {@return the number of samples n} */
    public int size() {
        return values.length;
    }

    /**
     * {@return the score of a sample; higher = more in-distribution}
     *
     * @param i sample index
     */
    public double get(int i) {
        return values[i];
    }

    /** {@return a copy of all scores} */
    public double[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scores that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Scores[" + values.length + "]";
    }
}
