// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import java.util.OptionalDouble;

/**
 * What a threshold is to keep, and what the word means.
 *
 * <h2>On average</h2>
 *
 * Without a confidence, {@code j = floor((1 - tpr)(n + 1) + 1e-9)} of n calibration scores lie at or below the threshold
 * (j = n where a tpr below 1e-9 makes it n + 1). A new ID sample is kept with probability at least {@code tpr}, on average
 * over calibration sets (split conformal prediction, Vovk et al., 2005). Half of all thresholds keep less.
 *
 * <h2>With confidence</h2>
 *
 * With a confidence g, j is the largest with {@code P(Beta(n + 1 - j, j) < tpr) <= 1 - g}: of all calibration sets, a share of
 * at least g gives a threshold that keeps at least {@code tpr} of new ID samples (the tolerance limit of Wilks, 1941; Vovk,
 * 2012). The comparison allows for a relative rounding error of 1e-12. Both promises hold for samples like those of the
 * calibration, whatever their distribution; ties only raise what is kept.
 *
 * @param tpr share of ID samples to keep, strictly between 0 and 1
 * @param confidence share of calibration sets whose threshold keeps it, strictly between 0 and 1; empty: on average
 */
public record Promise(double tpr, OptionalDouble confidence) {
    private static final double ROUNDING = 1 + 1e-12;

    /** Checks the ranges. */
    public Promise {
        if (!(tpr > 0 && tpr < 1)) {
            throw new IllegalArgumentException("TPR must lie strictly between 0 and 1, was " + tpr);
        }
        if (confidence.isPresent() && !(confidence.getAsDouble() > 0 && confidence.getAsDouble() < 1)) {
            throw new IllegalArgumentException(
                    "the confidence must lie strictly between 0 and 1, was " + confidence.getAsDouble());
        }
    }

    /**
     * {@return the promise to keep a share on average}
     *
     * @param tpr share of ID samples to keep, strictly between 0 and 1
     */
    public static Promise onAverage(double tpr) {
        return new Promise(tpr, OptionalDouble.empty());
    }

    /**
     * {@return the promise to keep at least a share with some confidence}
     *
     * @param tpr share of ID samples to keep, strictly between 0 and 1
     * @param confidence share of calibration sets whose threshold keeps it, strictly between 0 and 1
     */
    public static Promise withConfidence(double tpr, double confidence) {
        return new Promise(tpr, OptionalDouble.of(confidence));
    }

    /**
     * {@return the size of the smallest calibration set that gives a finite threshold: 19 for 0.95 on average, 59 for 0.95 with
     * confidence 0.95}
     */
    public long smallestSize() {
        if (confidence.isEmpty()) {
            return (long) Math.ceil((1 - 1e-9) / (1 - tpr)) - 1;
        }
        double risk = 1 - confidence.getAsDouble();
        long size = Math.max(1, (long) Math.floor(Math.log(risk) / Math.log(tpr)) - 1);
        while (Math.exp(size * Math.log(tpr)) > risk * ROUNDING) {
            size++;
        }
        return size;
    }

    /**
     * The rank of the threshold.
     *
     * @param n number of calibration scores
     * @return how many of them lie at or below it, 0 to n; 0: there is no finite threshold
     * @throws RefusedException if a confidence is asked for that n scores cannot give; the message says how many are needed
     */
    int rank(int n) {
        if (confidence.isEmpty()) {
            return (int) Math.min(n, Math.floor((1 - tpr) * (n + 1.0) + 1e-9));
        }
        double risk = (1 - confidence.getAsDouble()) * ROUNDING;
        int low = 0;
        int high = n;
        while (low < high) {
            int middle = low + (high - low + 1) / 2;
            if (KeepRate.below(tpr, n, middle) <= risk) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        if (low == 0) {
            throw new RefusedException(
                    "%s takes at least %,d calibration samples, there %s: give more, or promise less"
                            .formatted(this, smallestSize(), n == 1 ? "is 1" : "are %,d".formatted(n)),
                    Remedy.MORE_CALIBRATION);
        }
        return low;
    }

    /** {@return a phrase such as {@code keeping 0.95 of ID samples with confidence 0.99}} */
    @Override
    public String toString() {
        return "keeping %s of ID samples %s"
                .formatted(tpr, confidence.isPresent() ? "with confidence " + confidence.getAsDouble() : "on average");
    }
}
