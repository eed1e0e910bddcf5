// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The nearest rows of a query and the values at two ranks, of candidates that float32 has ranked: only those within some slack of
 * these ranks are computed in double. A value is that of its rank unless more rows than the slack lie within float32 rounding.
 *
 * @param nearest rows wanted
 * @param k first rank, 1-based; the other is the next
 * @param slack ranks by which float32 may be wrong
 */
record RankWindow(int nearest, int k, int slack) {
    /** Ranks a query's candidates, of which there are at least k, nearest first. */
    void deliver(int query, int[] ranked, IntToDoubleFunction key, NearestRows.RankFound consumer) {
        var ranking = new Ranking(nearest);
        for (int i = 0; i < Math.min(ranked.length, nearest + slack); i++) {
            ranking.offer(ranked[i], key.applyAsDouble(ranked[i]));
        }
        int from = Math.max(0, k - 1 - slack);
        int to = Math.min(ranked.length, k + 1 + slack);
        double[] ascending =
                Arrays.stream(ranked, from, to).mapToDouble(key).sorted().toArray();
        int last = ascending.length - 1;
        double kth = ascending[last - (k - 1 - from)];
        double next = k < to ? ascending[last - (k - from)] : Double.NaN;
        ranking.deliver(query, false, (q, rows, values) -> consumer.found(q, rows, values, kth, next));
    }
}
