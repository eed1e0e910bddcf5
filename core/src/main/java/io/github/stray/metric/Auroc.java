// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;

/**
 * Area under the ROC curve: how often an ID sample scores above an OOD sample.
 *
 * <h2>Definition</h2>
 *
 * {@code P(id > ood) + P(id = ood) / 2} over all pairs, counted exactly and divided once. It depends on the order of the
 * scores only.
 *
 * <h2>Ties</h2>
 *
 * A tied pair counts one half.
 *
 * <h2>Degenerate input</h2>
 *
 * All scores equal: 0.5. One score on a side is allowed. Infinite scores compare as numbers do.
 *
 * <h2>Source</h2>
 *
 * Mann and Whitney, Annals of Mathematical Statistics 18 (1947); equals scikit-learn's {@code roc_auc_score}.
 */
public final class Auroc {
    private static final double NORMAL_QUANTILE_975 = 1.959963984540054;
    private static final double ONE_SIDED_LEVEL = 0.05;

    private Auroc() {}

    /**
     * {@return the AUROC, a fraction in [0, 1]}
     *
     * @param scores both sides
     */
    public static double of(IdOodScores scores) {
        return of(RankedScores.of(scores));
    }

    /**
     * {@return the AUROC of scores that are ranked already, a fraction in [0, 1]; O(levels)}
     *
     * @param ranked both sides
     */
    public static double of(RankedScores ranked) {
        return (double) twiceWins(ranked) / twicePairs(ranked);
    }

    /**
     * A 95 % confidence interval of the AUROC.
     *
     * <h4>Definition</h4>
     *
     * DeLong's standard error s of the AUROC A, on the logit scale: {@code logit(A) -/+ 1.959964 s / (A (1 - A))}, mapped
     * back. Where A is 1 or 0 that is undefined, and the interval is the one-sided exact binomial (Clopper-Pearson) 95 %
     * bound for m successes, or none, in {@code m = min(n_id, n_ood)} trials: {@code [0.05^(1/m), 1]}, or
     * {@code [0, 1 - 0.05^(1/m)]}.
     *
     * <h4>Ties</h4>
     *
     * As in the AUROC: the structural components count ties one half.
     *
     * <h4>Degenerate input</h4>
     *
     * One score on a side and 0 &lt; A &lt; 1: the spread on that side is unknown, and the interval is [0, 1]. All scores
     * equal: the estimated variance is 0, and the interval is [0.5, 0.5].
     *
     * <h4>Source</h4>
     *
     * DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988); Pepe, The Statistical Evaluation of Medical Tests (2003),
     * section 5.2, for the logit scale; Clopper and Pearson, Biometrika 26 (1934).
     *
     * @param ranked both sides
     * @return the interval, containing the AUROC
     */
    public static Interval interval(RankedScores ranked) {
        int n = ranked.idSize();
        int m = ranked.oodSize();
        long wins = twiceWins(ranked);
        long losses = twicePairs(ranked) - wins;
        if (wins == 0 || losses == 0) {
            double logBound = Math.log(ONE_SIDED_LEVEL) / Math.min(n, m);
            return wins == 0 ? new Interval(0, -Math.expm1(logBound)) : new Interval(Math.exp(logBound), 1);
        }
        if (n == 1 || m == 1) {
            return new Interval(0, 1);
        }
        double auroc = of(ranked);
        double complement = (double) losses / twicePairs(ranked);
        double halfWidth = NORMAL_QUANTILE_975 * Math.sqrt(deLongVariance(ranked, auroc)) / (auroc * complement);
        if (halfWidth == 0) {
            return new Interval(auroc, auroc);
        }
        double logit = Math.log((double) wins / losses);
        return new Interval(expit(logit - halfWidth), expit(logit + halfWidth));
    }

    /**
     * The estimate of DeLong et al.: the variance of the structural components of each side (for an ID score the share of
     * OOD scores below it, for an OOD score the share of ID scores above it, ties one half), divisor n - 1, over n.
     */
    private static double deLongVariance(RankedScores ranked, double auroc) {
        double n = ranked.idSize();
        double m = ranked.oodSize();
        var idSquares = new CompensatedSum();
        var oodSquares = new CompensatedSum();
        for (int level = 0; level < ranked.levels(); level++) {
            int idAt = ranked.idAt(level);
            int oodAt = ranked.oodAt(level);
            double ofId = (m - ranked.oodAtLeast(level) + 0.5 * oodAt) / m - auroc;
            double ofOod = (ranked.idAtLeast(level) - 0.5 * idAt) / n - auroc;
            idSquares.add(idAt * ofId * ofId);
            oodSquares.add(oodAt * ofOod * ofOod);
        }
        return idSquares.value() / (n - 1) / n + oodSquares.value() / (m - 1) / m;
    }

    /** Twice the number of pairs that the ID side wins, ties counted half; cannot overflow, as both sizes are ints. */
    private static long twiceWins(RankedScores ranked) {
        long twice = 0;
        for (int level = 0; level < ranked.levels(); level++) {
            long idAbove = (long) ranked.idAtLeast(level) - ranked.idAt(level);
            twice += ranked.oodAt(level) * (idAbove + ranked.idAtLeast(level));
        }
        return twice;
    }

    private static long twicePairs(RankedScores ranked) {
        return 2L * ranked.idSize() * ranked.oodSize();
    }

    private static double expit(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
