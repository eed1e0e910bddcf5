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
 * With n calibration scores, {@code p(s) = (1 + #{calibration <= s}) / (n + 1)}. The {@link Promise} gives a rank j; the
 * threshold t is the j-th smallest calibration score, minus infinity if j is 0. A sample is in-distribution when {@code s >=
 * t}, which is the same as {@code p(s) > j / (n + 1)}.
 *
 * <h2>Guarantee</h2>
 *
 * If calibration and new ID samples are exchangeable, the promise holds. What share one threshold keeps is not known, only
 * how it is distributed: {@link #keepRate()}.
 *
 * <h2>Ties</h2>
 *
 * A score equal to the threshold is in-distribution.
 */
public final class Calibration {
    private final double[] sorted;
    private final Promise promise;
    private final int rejected;

    private Calibration(double[] sorted, Promise promise) {
        Arrays.sort(sorted);
        this.sorted = sorted;
        this.promise = promise;
        this.rejected = promise.rank(sorted.length);
    }

    /**
     * {@return a calibration that keeps a share of ID samples on average}
     *
     * @param calibration scores of ID samples that took no part in fitting; none is allowed and gives no threshold
     * @param tpr share of ID samples to keep, strictly between 0 and 1
     * @throws IllegalArgumentException if tpr does not lie strictly between 0 and 1
     */
    public static Calibration of(Scores calibration, double tpr) {
        return of(calibration, Promise.onAverage(tpr));
    }

    /**
     * {@return a calibration}
     *
     * @param calibration scores of ID samples that took no part in fitting; none is allowed, and gives no threshold, where the
     *     promise is one on average
     * @param promise what the threshold is to keep
     * @throws IllegalArgumentException if there are too few scores for the promise's confidence; the message says how many
     *     are needed
     */
    public static Calibration of(Scores calibration, Promise promise) {
        return new Calibration(calibration.toArray(), promise);
    }

    /**
     * {@return the same scores under another promise}
     *
     * @param other what the threshold is to keep
     * @throws IllegalArgumentException if there are too few scores for the promise's confidence
     */
    public Calibration with(Promise other) {
        return new Calibration(scores(), other);
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
        return promise.tpr();
    }

    /** {@return what the threshold is to keep} */
    public Promise promise() {
        return promise;
    }

    /** {@return how many calibration scores lie at or below the threshold, ties aside: the rank j; 0 without a finite threshold} */
    public int rank() {
        return rejected;
    }

    /** {@return what share of new ID samples the threshold keeps, as far as the number of calibration scores tells} */
    public KeepRate keepRate() {
        return KeepRate.of(sorted.length, rejected);
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
        return (int) Math.min(Integer.MAX_VALUE - 1, Promise.onAverage(tpr).smallestSize());
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
        return other instanceof Calibration that && promise.equals(that.promise) && Arrays.equals(sorted, that.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
        String confidence = promise.confidence().isPresent()
                ? ", confidence=" + promise.confidence().getAsDouble()
                : "";
        return "Calibration[n=%d, tpr=%s%s, threshold=%s]"
                .formatted(sorted.length, promise.tpr(), confidence, threshold());
    }
}
