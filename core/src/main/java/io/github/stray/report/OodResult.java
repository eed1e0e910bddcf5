// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.metric.OodReport;
import io.github.stray.score.Scores;
import java.util.Optional;

/**
 * Figures of one OOD set against the ID set. The report shows them as they are; only its charts are computed from the
 * scores.
 *
 * @param name name of the set
 * @param shift how far it lies from ID, where known
 * @param report the figures, at a TPR of 0.95
 * @param scores scores of the set, at least one
 */
public record OodResult(String name, Optional<Shift> shift, OodReport report, Scores scores) {
    /** How far an OOD set lies from ID. */
    public enum Shift {
        /** Close in content: hard. */
        NEAR,
        /** Something else altogether: easier. */
        FAR
    }

    /** Checks that the set is not empty. */
    public OodResult {
        if (scores.size() == 0) {
            throw new IllegalArgumentException("set '%s' has no scores".formatted(name));
        }
    }
}
