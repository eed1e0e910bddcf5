// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The distances of {@link StrangerRule}, written down plainly: every cosine, sorted lists. */
final class StrangerTwin {
    private StrangerTwin() {}

    static double[] distances(OneSet set, double clump) {
        return set.classes().isPresent() ? byClass(set) : byReference(set, clump);
    }

    private static double[] byReference(OneSet set, double clump) {
        List<Integer> vouchers = vouchers(set);
        int m = vouchers.size();
        int k1 = Math.max(10, (int) Math.ceil(clump * m));
        double[] first = new double[set.size()];
        vouchers.forEach(row -> first[row] = kth(set, row, vouchers, k1));
        int size = (int) Math.ceil((clump > 0.1 ? 1 - 1.34 * clump : 0.85) * m);
        List<Integer> reference = vouchers.stream()
                .sorted(Comparator.<Integer>comparingDouble(row -> first[row]).thenComparing(row -> row))
                .limit(size)
                .toList();
        return IntStream.range(0, set.size())
                .mapToDouble(row -> kth(set, row, reference, 10))
                .toArray();
    }

    private static double[] byClass(OneSet set) {
        var labels = set.classes().orElseThrow();
        double[] distances = new double[set.size()];
        for (int row = 0; row < distances.length; row++) {
            double smallest = Double.POSITIVE_INFINITY;
            for (int c = 0; c < labels.classCount(); c++) {
                int of = c;
                List<Integer> members =
                        vouchers(set).stream().filter(v -> labels.get(v) == of).toList();
                int own = row;
                boolean some = members.stream().anyMatch(v -> !set.copies().together(own, v));
                if (some) {
                    int k = Math.max(3, (int) Math.ceil(0.3 * members.size()));
                    smallest = Math.min(smallest, kth(set, row, members, k));
                }
            }
            distances[row] = smallest == Double.POSITIVE_INFINITY ? 1 : smallest;
        }
        return distances;
    }

    private static List<Integer> vouchers(OneSet set) {
        return IntStream.range(0, set.size())
                .filter(row -> set.copies().representative(row) == row)
                .filter(row -> !set.ruined().get(row))
                .boxed()
                .toList();
    }

    private static double kth(OneSet set, int row, List<Integer> members, int k) {
        var cosines = new ArrayList<Double>();
        for (int member : members) {
            if (!set.copies().together(row, member)) {
                cosines.add(set.rows().cosine(row, set.rows(), member));
            }
        }
        cosines.sort(Comparator.reverseOrder());
        return cosines.isEmpty() ? 1 : 1 - cosines.get(Math.min(k, cosines.size()) - 1);
    }
}
