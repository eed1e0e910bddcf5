// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import java.util.Optional;

/**
 * How well scores separate one OOD set from the ID set: the four metrics and their intervals. Fractions in [0, 1].
 *
 * @param idSize number of ID scores
 * @param oodSize number of OOD scores
 * @param convention which rule gave FPR and AUPR
 * @param auroc area under the ROC curve, see {@link Auroc}
 * @param aurocInterval its 95 % confidence interval, see {@link Auroc#interval}
 * @param tpr true-positive rate of the FPR, in (0, 1]
 * @param fprAtTpr false-positive rate at that TPR
 * @param auprIn area under the precision-recall curve, ID positive
 * @param auprOut the same, OOD positive
 * @param bootstrap bootstrap intervals, where asked for
 */
public record OodReport(
        int idSize,
        int oodSize,
        Convention convention,
        double auroc,
        Interval aurocInterval,
        double tpr,
        double fprAtTpr,
        double auprIn,
        double auprOut,
        Optional<BootstrapIntervals> bootstrap) {

    /**
     * {@return the canonical report at a TPR of 0.95}
     *
     * @param scores both sides
     */
    public static OodReport of(IdOodScores scores) {
        return of(scores, FprAtTpr.DEFAULT_TPR, Convention.CANONICAL);
    }

    /**
     * {@return a report by a convention, without bootstrap intervals}
     *
     * @param scores both sides
     * @param tpr true-positive rate of the FPR, in (0, 1]
     * @param convention which rule gives FPR and AUPR
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public static OodReport of(IdOodScores scores, double tpr, Convention convention) {
        FprAtTpr.requireTpr(tpr);
        return of(RankedScores.of(scores), tpr, convention, Optional.empty());
    }

    /**
     * {@return a report by a convention, with bootstrap intervals}
     *
     * @param scores both sides
     * @param tpr true-positive rate of the FPR, in (0, 1]
     * @param convention which rule gives FPR and AUPR
     * @param bootstrap how to resample
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public static OodReport of(IdOodScores scores, double tpr, Convention convention, Bootstrap bootstrap) {
        FprAtTpr.requireTpr(tpr);
        RankedScores ranked = RankedScores.of(scores);
        return of(ranked, tpr, convention, Optional.of(bootstrap.intervals(ranked, tpr, convention)));
    }

    private static OodReport of(
            RankedScores ranked, double tpr, Convention convention, Optional<BootstrapIntervals> bootstrap) {
        return new OodReport(
                ranked.idSize(),
                ranked.oodSize(),
                convention,
                Auroc.of(ranked),
                Auroc.interval(ranked),
                tpr,
                convention.fprAtTpr(ranked, tpr),
                convention.auprIn(ranked),
                convention.auprOut(ranked),
                bootstrap);
    }
}
