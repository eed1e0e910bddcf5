// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;

/**
 * What each sample contributes to an AUROC: an ID sample the share of OOD samples it beats, an OOD sample the share of ID
 * samples that beat it, ties counted half. The mean of either side is the AUROC. Immutable and safe for concurrent use.
 *
 * <p>Cost: O(n log n) time, 8 bytes a sample.
 */
public final class AurocComponents {
    private final double[] id;
    private final double[] ood;

    private AurocComponents(double[] id, double[] ood) {
        this.id = id;
        this.ood = ood;
    }

    /**
     * {@return the components of scores, one a sample, in their order}
     *
     * @param scores both sides
     */
    public static AurocComponents of(IdOodScores scores) {
        double[] id = wins(scores.id(), scores.ood());
        double[] ood = wins(scores.ood(), scores.id());
        Arrays.setAll(ood, j -> 1 - ood[j]);
        return new AurocComponents(id, ood);
    }

    double[] id() {
        return id;
    }

    double[] ood() {
        return ood;
    }

    /** For each score the share of the others below it. */
    private static double[] wins(Scores scores, Scores others) {
        double[] sorted = others.toArray();
        Arrays.sort(sorted);
        double[] wins = new double[scores.size()];
        Arrays.parallelSetAll(wins, i -> {
            double score = scores.get(i);
            int below = RankedScores.first(sorted.length, j -> sorted[j] >= score);
            int atMost = RankedScores.first(sorted.length, j -> sorted[j] > score);
            return ((double) below + atMost) / 2 / sorted.length;
        });
        return wins;
    }
}
