// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;

/**
 * False-positive rate at a true-positive rate, with ID as the positive class: the share of OOD samples taken for ID by the
 * strictest threshold that keeps the wanted share of ID samples.
 *
 * <h2>Definition</h2>
 *
 * Let k be the smallest integer with {@code (double) k / n_id >= tpr} and t the k-th largest ID score. The result is the
 * share of OOD scores {@code >= t}. No interpolation.
 *
 * <h2>Ties</h2>
 *
 * An OOD score equal to t is a false positive.
 *
 * <h2>Degenerate input</h2>
 *
 * All scores equal: 1. One ID score: t is that score.
 *
 * <h2>Source</h2>
 *
 * Liang, Li and Srikant, ICLR 2018 (ODIN). Published code differs in the positive class and in the point chosen: see
 * {@link Convention}.
 */
public final class FprAtTpr {
    /** The rate the field reports at: 0.95. */
    public static final double DEFAULT_TPR = 0.95;

    private FprAtTpr() {}

    /**
     * {@return the FPR at a TPR, a fraction in [0, 1]}
     *
     * @param scores both sides
     * @param tpr share of ID samples to keep, in (0, 1]
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public static double of(IdOodScores scores, double tpr) {
        requireTpr(tpr);
        return of(RankedScores.of(scores), tpr);
    }

    /**
     * {@return the FPR at a TPR of scores that are ranked already, a fraction in [0, 1]; O(log levels)}
     *
     * @param ranked both sides
     * @param tpr share of ID samples to keep, in (0, 1]
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public static double of(RankedScores ranked, double tpr) {
        return (double) ranked.oodAtLeast(level(ranked, tpr)) / ranked.oodSize();
    }

    /**
     * {@return the level of the cut, that of t: the strictest that keeps the share}
     *
     * @param ranked both sides
     * @param tpr share of ID samples to keep, in (0, 1]
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public static int level(RankedScores ranked, double tpr) {
        return ranked.levelOfIdRank(kept(ranked.idSize(), tpr));
    }

    /**
     * {@return the cut itself, t: the strictest threshold that keeps the share}
     *
     * @param id ID scores, at least one
     * @param tpr share of them to keep, in (0, 1]
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public static double threshold(Scores id, double tpr) {
        double[] sorted = id.toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length - kept(sorted.length, tpr)];
    }

    /** The k of the definition. */
    private static int kept(int idSize, double tpr) {
        requireTpr(tpr);
        int k = (int) Math.ceil(tpr * idSize);
        while (k > 1 && (double) (k - 1) / idSize >= tpr) {
            k--;
        }
        while ((double) k / idSize < tpr) {
            k++;
        }
        return k;
    }

    /** Share of OOD scores at or above the k-th largest ID score. */
    static double atIdRank(RankedScores ranked, int k) {
        return (double) ranked.oodAtLeast(ranked.levelOfIdRank(k)) / ranked.oodSize();
    }

    static void requireTpr(double tpr) {
        if (!(tpr > 0 && tpr <= 1)) {
            throw new IllegalArgumentException("TPR must be above 0 and at most 1, was " + tpr);
        }
    }
}
