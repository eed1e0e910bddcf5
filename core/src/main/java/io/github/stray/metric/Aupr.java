// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;

/**
 * Area under the precision-recall curve, as average precision.
 *
 * <h2>Definition</h2>
 *
 * The sum over the distinct scores, strictest first, of the precision at that threshold times the gain in recall. No
 * interpolation. <b>AUPR-In</b> has ID as the positive class; <b>AUPR-Out</b> has OOD, on the scores in reverse order. Both
 * depend on how many samples each side has: report {@code n_id} and {@code n_ood} beside them.
 *
 * <h2>Ties</h2>
 *
 * Equal scores enter together, so their order in the input does not matter.
 *
 * <h2>Degenerate input</h2>
 *
 * All scores equal: the share of the positive class. One score on a side is allowed.
 *
 * <h2>Source</h2>
 *
 * Equals scikit-learn's {@code average_precision_score}. OpenOOD and ViM publish the trapezoid instead: see
 * {@link Convention}.
 */
public final class Aupr {
    private Aupr() {}

    /**
     * {@return AUPR-In, a fraction in (0, 1]}
     *
     * @param scores both sides
     */
    public static double in(IdOodScores scores) {
        return in(RankedScores.of(scores));
    }

    /**
     * {@return AUPR-In of scores that are ranked already, a fraction in (0, 1]; O(levels)}
     *
     * @param ranked both sides
     */
    public static double in(RankedScores ranked) {
        return averagePrecision(new Roc(ranked, Roc.Positive.ID));
    }

    /**
     * {@return AUPR-Out, a fraction in (0, 1]}
     *
     * @param scores both sides
     */
    public static double out(IdOodScores scores) {
        return out(RankedScores.of(scores));
    }

    /**
     * {@return AUPR-Out of scores that are ranked already, a fraction in (0, 1]; O(levels)}
     *
     * @param ranked both sides
     */
    public static double out(RankedScores ranked) {
        return averagePrecision(new Roc(ranked, Roc.Positive.OOD));
    }

    static double averagePrecision(Roc roc) {
        var sum = new CompensatedSum();
        int reached = 0;
        for (int point = 0; point < roc.points(); point++) {
            int truePositives = roc.truePositives(point);
            if (truePositives != reached) {
                sum.add((truePositives - reached) * roc.precision(point));
                reached = truePositives;
            }
        }
        return sum.value() / roc.positives();
    }

    /** The trapezoid under the precision-recall curve: a point a distinct score, started at recall 0, precision 1. */
    static double trapezoid(Roc roc) {
        var twice = new CompensatedSum();
        int reached = 0;
        double before = 1;
        for (int point = 0; point < roc.points(); point++) {
            int truePositives = roc.truePositives(point);
            double precision = roc.precision(point);
            twice.add((truePositives - reached) * (before + precision));
            reached = truePositives;
            before = precision;
        }
        return twice.value() / 2 / roc.positives();
    }
}
