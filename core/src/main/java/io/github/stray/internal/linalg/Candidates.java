// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;

/**
 * For each query of a block the largest keys offered so far with their rows; of equal keys those of the lower rows. A
 * binary heap a query, the worst entry at its root, all in two arrays. Confined to one thread at a time.
 */
final class Candidates {
    private final int capacity;
    private final float[] keys;
    private final int[] rows;
    private final int[] sizes;
    private final float[] bars;

    Candidates(int queries, int capacity) {
        this.capacity = capacity;
        this.keys = new float[queries * capacity];
        this.rows = new int[queries * capacity];
        this.sizes = new int[queries];
        this.bars = new float[Math.ceilDiv(queries, Kernels.ROWS) * Kernels.ROWS];
        Arrays.fill(bars, Float.NEGATIVE_INFINITY);
    }

    boolean isFull(int query) {
        return sizes[query] == capacity;
    }

    /** Key that a later row must exceed to be kept; minus infinity while there is room. */
    float bar(int query) {
        return bars[query];
    }

    /** The bars of all queries, and of missing rows up to a multiple of {@link Kernels#ROWS}. Not to be changed. */
    float[] bars() {
        return bars;
    }

    void offer(int query, float key, int row) {
        int root = query * capacity;
        int size = sizes[query];
        if (size == capacity) {
            if (worse(keys[root], rows[root], key, row)) {
                siftDown(root, size, key, row);
                bars[query] = keys[root];
            }
            return;
        }
        int at = size;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!worse(key, row, keys[root + parent], rows[root + parent])) {
                break;
            }
            keys[root + at] = keys[root + parent];
            rows[root + at] = rows[root + parent];
            at = parent;
        }
        keys[root + at] = key;
        rows[root + at] = row;
        sizes[query] = size + 1;
        if (size + 1 == capacity) {
            bars[query] = keys[root];
        }
    }

    /** The rows of a query in ascending order, so that a gallery is read forwards. */
    int[] sortedRows(int query) {
        int[] sorted = Arrays.copyOfRange(rows, query * capacity, query * capacity + sizes[query]);
        Arrays.sort(sorted);
        return sorted;
    }

    private void siftDown(int root, int size, float key, int row) {
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            int right = root + child + 1;
            if (child + 1 < size && worse(keys[right], rows[right], keys[right - 1], rows[right - 1])) {
                child++;
            }
            if (!worse(keys[root + child], rows[root + child], key, row)) {
                break;
            }
            keys[root + at] = keys[root + child];
            rows[root + at] = rows[root + child];
            at = child;
        }
        keys[root + at] = key;
        rows[root + at] = row;
    }

    private static boolean worse(float key, int row, float otherKey, int otherRow) {
        return key < otherKey || (key == otherKey && row > otherRow);
    }
}
