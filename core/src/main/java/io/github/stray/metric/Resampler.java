// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws both sides again with replacement. A draw adds to the count of its level, so a resample is ranked as it is made.
 * Immutable.
 */
final class Resampler {
    private final RankedScores ranked;
    private final int[] idLevels;
    private final int[] oodLevels;

    Resampler(RankedScores ranked) {
        this.ranked = ranked;
        idLevels = new int[ranked.idSize()];
        oodLevels = new int[ranked.oodSize()];
        for (int level = 0; level < ranked.levels(); level++) {
            Arrays.fill(idLevels, ranked.idAtLeast(level) - ranked.idAt(level), ranked.idAtLeast(level), level);
            Arrays.fill(oodLevels, ranked.oodAtLeast(level) - ranked.oodAt(level), ranked.oodAtLeast(level), level);
        }
    }

    RankedScores draw(RandomGenerator random) {
        int[] id = drawCounts(idLevels, random);
        int[] ood = drawCounts(oodLevels, random);
        double[] values = new double[ranked.levels()];
        int levels = 0;
        int idAtLeast = 0;
        int oodAtLeast = 0;
        for (int level = 0; level < ranked.levels(); level++) {
            if (id[level] != 0 || ood[level] != 0) {
                idAtLeast += id[level];
                oodAtLeast += ood[level];
                values[levels] = ranked.value(level);
                id[levels] = idAtLeast;
                ood[levels] = oodAtLeast;
                levels++;
            }
        }
        return new RankedScores(Arrays.copyOf(values, levels), Arrays.copyOf(id, levels), Arrays.copyOf(ood, levels));
    }

    private int[] drawCounts(int[] levelOfSample, RandomGenerator random) {
        int[] counts = new int[ranked.levels()];
        for (int i = 0; i < levelOfSample.length; i++) {
            counts[levelOfSample[random.nextInt(levelOfSample.length)]]++;
        }
        return counts;
    }
}
