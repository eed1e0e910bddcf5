// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

/**
 * A mean over the OOD sets of a pair, all of which were measured.
 *
 * @param extractor name of the extractor
 * @param pair name of the pair
 * @param detector detector as the suite writes it
 * @param group {@code near}, {@code far} or {@code all}
 * @param sets number of OOD sets
 * @param auroc mean AUROC
 * @param fpr95 mean FPR
 * @param auprIn mean AUPR, ID positive
 * @param auprOut mean AUPR, OOD positive
 */
public record Mean(
        String extractor,
        String pair,
        String detector,
        String group,
        int sets,
        double auroc,
        double fpr95,
        double auprIn,
        double auprOut) {}
