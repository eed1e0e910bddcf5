// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The plain mean of reports, each OOD set counting the same whatever its size.
 *
 * @param reports number of reports
 * @param convention which rule gave FPR and AUPR, the same in all
 * @param auroc mean AUROC
 * @param tpr true-positive rate of the FPR, the same in all
 * @param fprAtTpr mean FPR
 * @param auprIn mean AUPR-In
 * @param auprOut mean AUPR-Out
 */
public record MacroMean(
        int reports, Convention convention, double auroc, double tpr, double fprAtTpr, double auprIn, double auprOut) {

    /**
     * {@return the mean of reports}
     *
     * @param reports at least one, all of one convention and one TPR
     * @throws IllegalArgumentException if there is no report, or conventions or rates differ
     */
    public static MacroMean of(List<OodReport> reports) {
        if (reports.isEmpty()) {
            throw new IllegalArgumentException("a mean needs at least one report, got none");
        }
        OodReport first = reports.getFirst();
        for (OodReport report : reports) {
            if (report.convention() != first.convention() || report.tpr() != first.tpr()) {
                throw new IllegalArgumentException("cannot average reports of %s at TPR %s and of %s at TPR %s"
                        .formatted(
                                first.convention().lowerCaseName(),
                                first.tpr(),
                                report.convention().lowerCaseName(),
                                report.tpr()));
            }
        }
        return new MacroMean(
                reports.size(),
                first.convention(),
                mean(reports, OodReport::auroc),
                first.tpr(),
                mean(reports, OodReport::fprAtTpr),
                mean(reports, OodReport::auprIn),
                mean(reports, OodReport::auprOut));
    }

    private static double mean(List<OodReport> reports, ToDoubleFunction<OodReport> metric) {
        return reports.stream().mapToDouble(metric).sum() / reports.size();
    }
}
