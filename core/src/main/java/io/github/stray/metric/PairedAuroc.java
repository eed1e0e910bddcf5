// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import java.util.Arrays;

/**
 * Whether two detectors differ on the same images: the difference of their AUROCs and how likely chance makes one as large.
 *
 * <h2>Definition</h2>
 *
 * The structural components of an AUROC are, for an ID sample, the share of OOD samples it beats, and for an OOD sample the
 * share of ID samples that beat it. With d_i and e_j the differences of the two detectors' components, the variance of the
 * difference is {@code var(d) / n_id + var(e) / n_ood}, var with divisor n - 1; z is the difference over its root, and the
 * p-value {@code P(|N(0, 1)| >= |z|)}.
 *
 * <h2>Ties</h2>
 *
 * Count one half, as in the AUROC.
 *
 * <h2>Degenerate input</h2>
 *
 * A variance of 0, as between equal rankings or where both AUROCs are 1: p = 1 if the difference is 0, else 0. One sample
 * on a side: its variance is unknown, and p = 1.
 *
 * <h2>Cost</h2>
 *
 * O(n log n).
 *
 * <h2>Source</h2>
 *
 * DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988).
 *
 * @param difference AUROC of the first minus that of the second, in [-1, 1]
 * @param standardError of the difference, at least 0
 * @param pValue two-sided, in [0, 1]
 */
public record PairedAuroc(double difference, double standardError, double pValue) {
    /**
     * {@return the difference of two detectors and its p-value}
     *
     * @param first scores of one
     * @param second scores of the other, of the same samples in the same order
     * @throws IllegalArgumentException if the numbers of samples differ
     */
    public static PairedAuroc of(IdOodScores first, IdOodScores second) {
        return of(AurocComponents.of(first), AurocComponents.of(second));
    }

    /**
     * {@return the difference of two detectors whose components are known already, and its p-value}
     *
     * @param first components of one
     * @param second components of the other, of the same samples in the same order
     * @throws IllegalArgumentException if the numbers of samples differ
     */
    public static PairedAuroc of(AurocComponents first, AurocComponents second) {
        double[] ofId = differences("ID", first.id(), second.id());
        double[] ofOod = differences("OOD", first.ood(), second.ood());
        double difference = mean(ofId);
        if (ofId.length == 1 || ofOod.length == 1) {
            return new PairedAuroc(difference, 0, 1);
        }
        double error = Math.sqrt(variance(ofId) / ofId.length + variance(ofOod) / ofOod.length);
        double p = error == 0 ? (difference == 0 ? 1 : 0) : NormalTail.twoSided(difference / error);
        return new PairedAuroc(difference, error, p);
    }

    private static double[] differences(String side, double[] first, double[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(
                    "a paired comparison needs the same samples on both sides, got %d and %d %s scores"
                            .formatted(first.length, second.length, side));
        }
        double[] differences = new double[first.length];
        Arrays.setAll(differences, i -> first[i] - second[i]);
        return differences;
    }

    private static double mean(double[] values) {
        var sum = new CompensatedSum();
        for (double value : values) {
            sum.add(value);
        }
        return sum.value() / values.length;
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        var sum = new CompensatedSum();
        for (double value : values) {
            sum.add((value - mean) * (value - mean));
        }
        return sum.value() / (values.length - 1);
    }
}
