// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The k rows with the largest keys; of equal keys those of the lower rows. Confined to one thread at a time. */
final class Ranking {
    /** A row and its key, the larger the nearer. */
    private record Ranked(double key, int row) {
        /** Of equally near rows the higher one first. */
        static final Comparator<Ranked> FARTHEST_FIRST =
                (a, b) -> a.key < b.key ? -1 : a.key > b.key ? 1 : Integer.compare(b.row, a.row);
    }

    private final int wanted;
    private final PriorityQueue<Ranked> best;

    Ranking(int wanted) {
        this.wanted = wanted;
        this.best = new PriorityQueue<>(wanted + 1, Ranked.FARTHEST_FIRST);
    }

    void offer(int row, double key) {
        Ranked farthest = best.size() < wanted ? null : best.peek();
        var offered = new Ranked(key, row);
        if (farthest != null && Ranked.FARTHEST_FIRST.compare(offered, farthest) < 0) {
            return;
        }
        best.add(offered);
        if (best.size() > wanted) {
            best.remove();
        }
    }

    /** Hands over the rows, nearest first; once. */
    void deliver(int query, boolean distances, NearestRows.Found consumer) {
        int[] rows = new int[wanted];
        double[] values = new double[wanted];
        for (int i = wanted - 1; i >= 0; i--) {
            Ranked farthest = best.remove();
            rows[i] = farthest.row;
            values[i] = distances ? 0.0 - farthest.key : farthest.key;
        }
        consumer.found(query, rows, values);
    }
}
