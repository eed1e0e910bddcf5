// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * ID and OOD scores merged into their distinct values with counts: sorted once, read by every metric. Immutable and safe
 * for use by several threads.
 *
 * <p>A <i>level</i> is a distinct score; level 0 is the highest. Infinite scores are ordinary levels, and -0.0 is 0.0.
 *
 * <p>Cost: O(n log n) time, sorted on all processors; 16 bytes a distinct score are kept, and about as much again is
 * needed while sorting.
 */
public final class RankedScores {
    private final double[] values;
    private final int[] idAtLeast;
    private final int[] oodAtLeast;

    /**
     * Takes ownership of its arguments.
     *
     * @param values [levels] distinct scores, descending
     * @param idAtLeast [levels] number of ID scores at or above the level
     * @param oodAtLeast [levels] number of OOD scores at or above the level
     */
    RankedScores(double[] values, int[] idAtLeast, int[] oodAtLeast) {
        this.values = values;
        this.idAtLeast = idAtLeast;
        this.oodAtLeast = oodAtLeast;
    }

    /**
     * {@return scores, sorted and merged}
     *
     * @param scores scores of both sides
     * @throws IllegalArgumentException if there are more distinct scores than an array can hold
     */
    public static RankedScores of(IdOodScores scores) {
        double[] id = sorted(scores.id());
        double[] ood = sorted(scores.ood());
        int levels = countLevels(id, ood);
        double[] values = new double[levels];
        int[] idAtLeast = new int[levels];
        int[] oodAtLeast = new int[levels];
        var descent = new Descent(id, ood);
        for (int level = 0; level < levels; level++) {
            values[level] = descent.next();
            idAtLeast[level] = id.length - descent.idBelow;
            oodAtLeast[level] = ood.length - descent.oodBelow;
        }
        return new RankedScores(values, idAtLeast, oodAtLeast);
    }

    private static double[] sorted(Scores scores) {
        double[] values = scores.toArray();
        Arrays.parallelSort(values);
        return values;
    }

    private static int countLevels(double[] id, double[] ood) {
        var descent = new Descent(id, ood);
        long levels = 0;
        while (descent.hasNext()) {
            descent.next();
            levels++;
        }
        if (levels > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d distinct scores; metrics handle at most %d".formatted(levels, Integer.MAX_VALUE - 8));
        }
        return (int) levels;
    }

    /**
     * Walks two ascending arrays together from their ends, one distinct value at a time. Sorting puts -0.0 right before 0.0,
     * and {@code ==} takes them together.
     */
    private static final class Descent {
        private final double[] id;
        private final double[] ood;
        private int idBelow;
        private int oodBelow;

        Descent(double[] id, double[] ood) {
            this.id = id;
            this.ood = ood;
            idBelow = id.length;
            oodBelow = ood.length;
        }

        boolean hasNext() {
            return idBelow > 0 || oodBelow > 0;
        }

        double next() {
            double highestId = idBelow > 0 ? id[idBelow - 1] : Double.NEGATIVE_INFINITY;
            double highestOod = oodBelow > 0 ? ood[oodBelow - 1] : Double.NEGATIVE_INFINITY;
            double value = Math.max(highestId, highestOod);
            while (idBelow > 0 && id[idBelow - 1] == value) {
                idBelow--;
            }
            while (oodBelow > 0 && ood[oodBelow - 1] == value) {
                oodBelow--;
            }
            return value;
        }
    }

    /** {@return the number of ID scores, at least 1} */
    public int idSize() {
        return idAtLeast[idAtLeast.length - 1];
    }

    /** {@return the number of OOD scores, at least 1} */
    public int oodSize() {
        return oodAtLeast[oodAtLeast.length - 1];
    }

    /** {@return the number of distinct scores, at least 1} */
    public int levels() {
        return values.length;
    }

    /**
     * {@return the score of a level}
     *
     * @param level 0 is the highest score
     */
    public double value(int level) {
        return values[level];
    }

    /**
     * {@return the number of ID scores at or above a level}
     *
     * @param level 0 is the highest score
     */
    public int idAtLeast(int level) {
        return idAtLeast[level];
    }

    /**
     * {@return the number of OOD scores at or above a level}
     *
     * @param level 0 is the highest score
     */
    public int oodAtLeast(int level) {
        return oodAtLeast[level];
    }

    int idAt(int level) {
        return level == 0 ? idAtLeast[0] : idAtLeast[level] - idAtLeast[level - 1];
    }

    int oodAt(int level) {
        return level == 0 ? oodAtLeast[0] : oodAtLeast[level] - oodAtLeast[level - 1];
    }

    /** The level of the k-th largest ID score, {@code 1 <= k <= idSize()}. */
    int levelOfIdRank(int k) {
        return first(idAtLeast.length, level -> idAtLeast[level] >= k);
    }

    /** Share of OOD scores at or above a threshold. */
    double oodShareAtLeast(double threshold) {
        int levels = first(values.length, level -> !(values[level] >= threshold));
        return levels == 0 ? 0 : (double) oodAtLeast[levels - 1] / oodSize();
    }

    /** The first of n indices from 0 at which a condition holds, which then holds at all later ones; n if there is none. */
    static int first(int n, IntPredicate holds) {
        int low = 0;
        int high = n;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (holds.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    @Override
    public String toString() {
        return "RankedScores[%d ID, %d OOD, %d levels]".formatted(idSize(), oodSize(), levels());
    }
}
