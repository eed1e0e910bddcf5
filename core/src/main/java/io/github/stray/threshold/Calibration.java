// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import io.github.stray.score.Scores;
import java.util.Arrays;

/**
 * Scores of in-distribution samples that took no part in fitting, and what follows from them: a threshold, p-values,
 * verdicts. Immutable.
 *
 * <h2>Definition</h2>
 *
 * With n calibration scores, {@code p(s) = (1 + #{calibration <= s}) / (n + 1)}. For a target true-positive rate let
 * {@code j = floor((1 - tpr)(n + 1) + 1e-9)}; the threshold t is the j-th smallest calibration score, minus infinity if j
 * is 0 (and j = n where a tpr below 1e-9 makes it n + 1). A sample is in-distribution when {@code s >= t}, which is the same as {@code p(s) > j / (n + 1)}.
 *
 * <h2>Guarantee</h2>
 *
 * If calibration and new ID samples are exchangeable, a new ID sample is judged in-distribution with probability at least
 * the target, on average over calibration sets (split conformal prediction, Vovk et al., 2005).
 *
 * <h2>Ties</h2>
 *
 * A score equal to the threshold is in-distribution.
 */
public final class Calibration {
    private final double[] sorted;
    private final double tpr;
    private final int rejected;

    private Calibration(double[] sorted, double tpr) {
        requireInside(tpr);
        Arrays.sort(sorted);
        this.sorted = sorted;
        this.tpr = tpr;
        this.rejected = (int) Math.min(sorted.length, Math.floor((1 - tpr) * (sorted.length + 1.0) + 1e-9));
    }

    /**
     * {@return a calibration}
     *
     * @param calibration scores of ID samples that took no part in fitting; none is allowed and gives no threshold
     * @param tpr share of ID samples to keep, strictly between 0 and 1
     * @throws IllegalArgumentException if tpr does not lie strictly between 0 and 1
     */
    public static Calibration of(Scores calibration, double tpr) {
        return new Calibration(calibration.toArray(), tpr);
    }

    /**
     * {@return the cut: samples scoring at least this are in-distribution; minus infinity if {@link #size()} is too small for the
     * target}
     */
    public double threshold() {
        return rejected == 0 ? Double.NEGATIVE_INFINITY : sorted[rejected - 1];
    }

    /** {@return the target: the share of ID samples to keep} */
    public double tpr() {
        return tpr;
    }

    /** {@return the number of calibration scores n} */
    public int size() {
        return sorted.length;
    }

    /**
     * {@return the size of the smallest calibration set that gives a finite threshold for a target, 19 for 0.95}
     *
     * @param tpr share of ID samples to keep
     * @throws IllegalArgumentException if tpr does not lie strictly between 0 and 1
     */
    public static int smallestSize(double tpr) {
        requireInside(tpr);
        return (int) Math.ceil((1 - 1e-9) / (1 - tpr)) - 1;
    }

    /**
     * {@return how typical a score is of ID samples: {@code (1 + #{calibration <= score}) / (n + 1)}, at least {@code 1 / (n + 1)}}
     *
     * @param score a score
     */
    public double pValue(double score) {
        return (1.0 + atMost(score)) / (sorted.length + 1.0);
    }

    /**
     * {@return in-distribution if {@code score >= threshold}}
     *
     * @param score a score
     */
    public Verdict verdict(double score) {
        return score >= threshold() ? Verdict.IN : Verdict.OUT;
    }

    /** {@return a copy of the calibration scores, ascending} */
    public double[] scores() {
        return sorted.clone();
    }

    private static void requireInside(double tpr) {
        if (!(tpr > 0 && tpr < 1)) {
            throw new IllegalArgumentException("TPR must lie strictly between 0 and 1, was " + tpr);
        }
    }

    private int atMost(double score) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= score) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Calibration that && tpr == that.tpr && Arrays.equals(sorted, that.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
        return "Calibration[n=%d, tpr=%s, threshold=%s]".formatted(sorted.length, tpr, threshold());
    }
}
