// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's correction of p-values for their number (Holm, A simple sequentially rejective multiple test procedure, 1979). Those
 * below a level l are as many that, whatever hypotheses are true, the chance to reject a true one is at most l. Thread-safe.
 */
public final class Holm {
    private Holm() {}

    /**
     * Adjusts p-values: of m in ascending order, the i-th becomes the largest of {@code min(1, (m + 1 - j) p_j)} over j up to i.
     *
     * @param p values in [0, 1], in any order; not changed
     * @return as many, in the same order, none smaller than it was
     * @throws IllegalArgumentException if one is outside [0, 1] or NaN
     */
    public static double[] adjusted(double... p) {
        for (double value : p) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("expected p-values in [0, 1], was " + value);
            }
        }
        int[] ascending = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = Arrays.copyOf(p, p.length);
        double largest = 0;
        for (int rank = 0; rank < ascending.length; rank++) {
            largest = Math.max(largest, Math.min(1, (p.length - rank) * p[ascending[rank]]));
            adjusted[ascending[rank]] = largest;
        }
        return adjusted;
    }
}
