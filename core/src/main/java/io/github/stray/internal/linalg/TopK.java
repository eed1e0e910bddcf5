// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/**
 * The largest keys offered so far with their rows; of equal keys those of the lower rows. A binary heap with the worst
 * entry at the root.
 */
final class TopK {
    private final double[] keys;
    private final int[] rows;
    private int size;

    TopK(int capacity) {
        this.keys = new double[capacity];
        this.rows = new int[capacity];
    }

    void offer(double key, int row) {
        if (size < keys.length) {
            int at = size++;
            while (at > 0) {
                int parent = (at - 1) >>> 1;
                if (!worse(key, row, keys[parent], rows[parent])) {
                    break;
                }
                keys[at] = keys[parent];
                rows[at] = rows[parent];
                at = parent;
            }
            keys[at] = key;
            rows[at] = row;
        } else if (worse(keys[0], rows[0], key, row)) {
            siftDown(key, row);
        }
    }

    /** Empties the heap into arrays of as many entries, best first. */
    void drain(double[] keysOut, int[] rowsOut) {
        while (size > 0) {
            int last = --size;
            keysOut[last] = keys[0];
            rowsOut[last] = rows[0];
            siftDown(keys[last], rows[last]);
        }
    }

    private void siftDown(double key, int row) {
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && worse(keys[child + 1], rows[child + 1], keys[child], rows[child])) {
                child++;
            }
            if (!worse(keys[child], rows[child], key, row)) {
                break;
            }
            keys[at] = keys[child];
            rows[at] = rows[child];
            at = child;
        }
        keys[at] = key;
        rows[at] = row;
    }

    private static boolean worse(double key, int row, double otherKey, int otherRow) {
        return key < otherKey || (key == otherKey && row > otherRow);
    }
}
