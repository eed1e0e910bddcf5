// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;

/**
 * For each query of a block the largest keys offered so far with their rows; of equal keys those of the lower rows. Rows
 * are offered in ascending order.
 *
 * <p>A query keeps up to twice as many entries as it will need, in no order; when there is no room, a selection keeps the
 * better half and raises the query's bar to the worst of it. That costs a few comparisons an entry, where a heap would
 * cost the mispredicted branches of a path from its root. Confined to one thread at a time.
 */
final class Candidates {
    private final int wanted;
    private final int capacity;
    private final float[] keys;
    private final int[] rows;
    private final int[] sizes;
    private final boolean[] selected;
    private final float[] bars;

    /** Starts empty: entries that each query needs in the end, and rows that will be offered to each. */
    Candidates(int queries, int wanted, int offered) {
        this.wanted = wanted;
        this.capacity = capacity(wanted, offered);
        this.keys = new float[queries * capacity];
        this.rows = new int[queries * capacity];
        this.sizes = new int[queries];
        this.selected = new boolean[queries];
        this.bars = new float[Math.ceilDiv(queries, Kernels.ROWS) * Kernels.ROWS];
        Arrays.fill(bars, Float.NEGATIVE_INFINITY);
    }

    /** Entries a query has room for. */
    static int capacity(int wanted, int offered) {
        return (int) Math.min(offered, 2L * wanted);
    }

    /** Whether a key must exceed the query's bar; all queries that were offered the same rows say the same. */
    boolean hasBar(int query) {
        return selected[query];
    }

    /** Key that a later row must exceed to be among the best; minus infinity while there is no bar. */
    float bar(int query) {
        return bars[query];
    }

    /** The bars of all queries, and of missing rows up to a multiple of {@link Kernels#ROWS}. Not to be changed. */
    float[] bars() {
        return bars;
    }

    /** Takes an entry; once there is a bar, one with a key above it. */
    void offer(int query, float key, int row) {
        int at = query * capacity + sizes[query];
        keys[at] = key;
        rows[at] = row;
        sizes[query]++;
        if (sizes[query] == capacity && capacity > wanted) {
            select(query);
        }
    }

    /** Keeps the best entries alone, as many as are wanted, and returns their rows in ascending order. */
    int[] bestRows(int query) {
        if (sizes[query] >= wanted) {
            select(query);
        }
        int[] best = Arrays.copyOfRange(rows, query * capacity, query * capacity + sizes[query]);
        Arrays.sort(best);
        return best;
    }

    /** Keeps the best entries alone, as many as are wanted, and returns their rows, that of the largest key first. */
    int[] rankedRows(int query) {
        if (sizes[query] >= wanted) {
            select(query);
        }
        int first = query * capacity;
        long[] order = new long[sizes[query]];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) ~ordered(keys[first + i]) << 32 | rows[first + i];
        }
        Arrays.sort(order);
        return Arrays.stream(order).mapToInt(entry -> (int) entry).toArray();
    }

    /** A whole number that is the larger the larger the key is. */
    private static int ordered(float key) {
        int bits = Float.floatToIntBits(key + 0.0f);
        return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    }

    private void select(int query) {
        int first = query * capacity;
        int last = first + wanted - 1;
        int low = first;
        int high = first + sizes[query] - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            float key = keys[middle];
            int row = rows[middle];
            int i = low;
            int j = high;
            while (i <= j) {
                while (worse(key, row, keys[i], rows[i])) {
                    i++;
                }
                while (worse(keys[j], rows[j], key, row)) {
                    j--;
                }
                if (i <= j) {
                    swap(i++, j--);
                }
            }
            if (last <= j) {
                high = j;
            } else if (last >= i) {
                low = i;
            } else {
                break;
            }
        }
        float bar = Float.POSITIVE_INFINITY;
        for (int i = first; i <= last; i++) {
            bar = Math.min(bar, keys[i]);
        }
        bars[query] = bar;
        sizes[query] = wanted;
        selected[query] = true;
    }

    private void swap(int i, int j) {
        float key = keys[i];
        int row = rows[i];
        keys[i] = keys[j];
        rows[i] = rows[j];
        keys[j] = key;
        rows[j] = row;
    }

    private static boolean worse(float key, int row, float otherKey, int otherRow) {
        return key < otherKey || (key == otherKey && row > otherRow);
    }
}
