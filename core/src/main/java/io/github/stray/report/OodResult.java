// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.score.Scores;
import java.util.Optional;

/**
 * Figures of one OOD set against the ID set. The report shows them as they are; only its charts are computed from the
 * scores.
 *
 * @param name name of the set
 * @param shift how far it lies from ID, where known
 * @param auroc area under the ROC curve, 0 to 1
 * @param aurocLow lower end of its 95 % interval
 * @param aurocHigh upper end of its 95 % interval
 * @param fpr95 share of OOD samples kept where 95 % of ID samples are, 0 to 1
 * @param auprIn average precision with ID as the positive class, 0 to 1
 * @param auprOut average precision with OOD as the positive class, 0 to 1
 * @param scores scores of the set, at least one
 */
public record OodResult(
        String name,
        Optional<Shift> shift,
        double auroc,
        double aurocLow,
        double aurocHigh,
        double fpr95,
        double auprIn,
        double auprOut,
        Scores scores) {
    /** How far an OOD set lies from ID. */
    public enum Shift {
        /** Close in content: hard. */
        NEAR,
        /** Something else altogether: easier. */
        FAR
    }

    /** Checks that all figures are fractions and the set is not empty. */
    public OodResult {
        for (double figure : new double[] {auroc, aurocLow, aurocHigh, fpr95, auprIn, auprOut}) {
            if (!(figure >= 0 && figure <= 1)) {
                throw new IllegalArgumentException(
                        "metrics must lie in 0 to 1, set '%s' has %s".formatted(name, figure));
            }
        }
        if (scores.size() == 0) {
            throw new IllegalArgumentException("set '%s' has no scores".formatted(name));
        }
    }
}
