// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Agglomerative clustering of a few thousand items by average linkage (UPGMA): the two clusters with the largest mean
 * similarity of their pairs are joined, again and again, while that is at least a cut.
 *
 * <p>By chains of nearest neighbours, O(n^2) time: joining the end of a chain gives the same clusters, as average linkage
 * never brings a joined cluster nearer to a third one than both its parts were. Memory: 8 n^2 / 2 bytes.
 *
 * <p>Source: Murtagh, Computer Journal 26 (1983). Equals SciPy's {@code linkage(.., "average")} cut with {@code fcluster}.
 */
final class AverageLinkage {
    private final int n;
    private final double[] similarities;
    private final int[] sizes;
    private final List<List<Integer>> members = new ArrayList<>();

    /** Similarity of two items. */
    @FunctionalInterface
    interface Similarity {
        double of(int a, int b);
    }

    private AverageLinkage(int n, Similarity similarity) {
        this.n = n;
        this.similarities = new double[Math.toIntExact((long) n * (n - 1) / 2)];
        this.sizes = new int[n];
        for (int a = 0; a < n; a++) {
            sizes[a] = 1;
            members.add(new ArrayList<>(List.of(a)));
            for (int b = 0; b < a; b++) {
                similarities[at(a, b)] = similarity.of(a, b);
            }
        }
    }

    /** The clusters, each ascending: larger ones first, of equal ones that of the lowest item. */
    static List<List<Integer>> clusters(int n, Similarity similarity, double cut) {
        var linkage = new AverageLinkage(n, similarity);
        linkage.join(cut);
        return linkage.members.stream()
                .filter(items -> !items.isEmpty())
                .map(items -> items.stream().sorted().toList())
                .sorted(Comparator.<List<Integer>>comparingInt(items -> -items.size())
                        .thenComparingInt(List::getFirst))
                .toList();
    }

    private int at(int a, int b) {
        int larger = Math.max(a, b);
        return larger * (larger - 1) / 2 + Math.min(a, b);
    }

    /**
     * A pair that is nearest to one another is joined if it reaches the cut. A cluster whose nearest one does not reach it
     * will never be joined.
     */
    private void join(double cut) {
        var chain = new ArrayList<Integer>();
        boolean[] done = new boolean[n];
        for (int start = 0; start < n; start++) {
            while (!done[start] && sizes[start] > 0) {
                if (chain.isEmpty()) {
                    chain.add(start);
                }
                int last = chain.getLast();
                int nearest = nearest(last, chain.size() > 1 ? chain.get(chain.size() - 2) : -1, done);
                if (nearest < 0 || similarities[at(last, nearest)] < cut) {
                    done[last] = true;
                    chain.removeLast();
                } else if (chain.size() > 1 && nearest == chain.get(chain.size() - 2)) {
                    chain.removeLast();
                    chain.removeLast();
                    merge(Math.min(last, nearest), Math.max(last, nearest));
                } else {
                    chain.add(nearest);
                }
            }
            chain.clear();
        }
    }

    /** The nearest cluster, the one before in the chain if it is as near as any; of others the lowest. */
    private int nearest(int of, int before, boolean[] done) {
        int nearest = before;
        for (int other = 0; other < n; other++) {
            if (other != of
                    && sizes[other] > 0
                    && !done[other]
                    && (nearest < 0 || similarities[at(of, other)] > similarities[at(of, nearest)])) {
                nearest = other;
            }
        }
        return nearest;
    }

    private void merge(int into, int from) {
        for (int other = 0; other < n; other++) {
            if (other != into && other != from && sizes[other] > 0) {
                double sum = sizes[into] * similarities[at(into, other)] + sizes[from] * similarities[at(from, other)];
                similarities[at(into, other)] = sum / (sizes[into] + sizes[from]);
            }
        }
        sizes[into] += sizes[from];
        sizes[from] = 0;
        members.get(into).addAll(members.get(from));
        members.get(from).clear();
    }
}
