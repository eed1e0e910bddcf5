// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.metric.Interval;
import io.github.stray.metric.OodReport;

/** What became of a cell. */
public sealed interface Outcome {
    /** {@return the word for it in the files of results: {@code measured}, {@code n/a} or {@code failed}} */
    default String status() {
        return switch (this) {
            case Measured measured -> "measured";
            case NotApplicable absent -> "n/a";
            case Failed failed -> "failed";
        };
    }

    /** {@return why there are no numbers, one line; empty where there are} */
    default String reason() {
        return "";
    }

    /**
     * Numbers. Fractions in [0, 1].
     *
     * @param auroc area under the ROC curve
     * @param interval its 95 % interval
     * @param fpr95 false-positive rate at a TPR of 0.95
     * @param auprIn area under the precision-recall curve, ID positive
     * @param auprOut the same, OOD positive
     * @param idSize number of ID scores
     * @param oodSize number of OOD scores
     */
    record Measured(
            double auroc, Interval interval, double fpr95, double auprIn, double auprOut, int idSize, int oodSize)
            implements Outcome {
        /**
         * {@return the numbers of a report, without its convention}
         *
         * @param report a report at a TPR of 0.95
         */
        public static Measured of(OodReport report) {
            return new Measured(
                    report.auroc(),
                    report.aurocInterval(),
                    report.fprAtTpr(),
                    report.auprIn(),
                    report.auprOut(),
                    report.idSize(),
                    report.oodSize());
        }
    }

    /**
     * The detector needs what the extractor or the set does not have.
     *
     * @param reason what is missing, such as {@code language: no text tower}
     */
    record NotApplicable(String reason) implements Outcome {}

    /**
     * Something went wrong.
     *
     * @param reason one line
     */
    record Failed(String reason) implements Outcome {}
}
