// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.metric.Quantile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Sorts strangers into groups of one kind.
 *
 * <h2>Definition</h2>
 *
 * Average linkage on the cosine of features. Two groups are joined while the mean cosine between them is at least the median,
 * over the images of the set, of the cosine to the nearest other image.
 *
 * <h2>Large sets</h2>
 *
 * Linkage takes the {@value #LINKED} strangest. Each further one joins the group with which it has the largest mean cosine if
 * that reaches the cut, and is alone otherwise. The median is that of {@value #ASKED} images, chosen by the seed, where there
 * are more; each is compared with all.
 *
 * <h2>Cost</h2>
 *
 * s^2 d multiply-adds for s strangers, at most {@value #LINKED}, and n d for each image that the median is of.
 */
public final class StrangerGroups {
    static final int LINKED = 4000;

    static final int ASKED = 10_000;

    private StrangerGroups() {}

    /**
     * {@return the groups, each strangest first: the largest first, of equal ones that of the strangest image}
     *
     * @param set all images
     * @param strangers indices of those to sort, strangest first
     * @param seed of the choice of images in large sets
     */
    public static List<int[]> of(OneSet set, int[] strangers, long seed) {
        return of(set, strangers, seed, LINKED, ASKED);
    }

    static List<int[]> of(OneSet set, int[] strangers, long seed, int linked, int asked) {
        if (strangers.length == 0) {
            return List.of();
        }
        double cut = set.size() < 2 ? 1 : usual(set.rows(), seed, asked);
        int[] first = Arrays.copyOf(strangers, Math.min(strangers.length, linked));
        FeatureMatrix rows = set.rows();
        var groups = new ArrayList<List<Integer>>();
        double[][] units = new double[first.length][];
        Arrays.parallelSetAll(units, i -> unit(rows, first[i]));
        AverageLinkage.clusters(first.length, (a, b) -> dot(units[a], units[b]), cut)
                .forEach(items -> groups.add(
                        new ArrayList<>(items.stream().map(item -> first[item]).toList())));
        if (strangers.length > first.length) {
            join(rows, groups, Arrays.copyOfRange(strangers, first.length, strangers.length), cut);
        }
        return groups.stream()
                .sorted(Comparator.comparingInt(group -> -group.size()))
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    /** The median of the cosine to the nearest other image. */
    private static double usual(FeatureMatrix rows, long seed, int asked) {
        int n = rows.rows();
        int[] queries = n <= asked ? IntStream.range(0, n).toArray() : chosen(n, asked, seed);
        FeatureMatrix wanted = rows.select(queries);
        double[] nearest = new double[queries.length];
        new NearestRows(rows::copyRows, n, rows.dimension(), Measure.COSINE, Simd.kernels())
                .search(
                        wanted::copyRows,
                        queries.length,
                        2,
                        (query, near, cosines) -> nearest[query] = cosines[near[0] == queries[query] ? 1 : 0]);
        Arrays.sort(nearest);
        return Quantile.ofSorted(nearest, 0.5);
    }

    private static int[] chosen(int n, int count, long seed) {
        return new SplittableRandom(seed)
                .ints(0, n)
                .distinct()
                .limit(count)
                .sorted()
                .toArray();
    }

    private static void join(FeatureMatrix rows, List<List<Integer>> groups, int[] further, double cut) {
        int d = rows.dimension();
        var sums = new ArrayList<double[]>();
        for (List<Integer> group : groups) {
            double[] sum = new double[d];
            group.forEach(row -> add(unit(rows, row), sum));
            sums.add(sum);
        }
        for (int row : further) {
            double[] unit = unit(rows, row);
            int best = -1;
            double largest = Double.NEGATIVE_INFINITY;
            for (int g = 0; g < sums.size(); g++) {
                double mean = dot(sums.get(g), unit) / groups.get(g).size();
                if (mean > largest) {
                    largest = mean;
                    best = g;
                }
            }
            if (largest < cut) {
                best = groups.size();
                groups.add(new ArrayList<>());
                sums.add(new double[d]);
            }
            groups.get(best).add(row);
            add(unit, sums.get(best));
        }
    }

    private static double[] unit(FeatureMatrix rows, int row) {
        float[] values = rows.row(row);
        double[] unit = new double[values.length];
        double square = 0;
        for (float value : values) {
            square += (double) value * value;
        }
        double length = square == 0 ? 1 : Math.sqrt(square);
        Arrays.setAll(unit, t -> values[t] / length);
        return unit;
    }

    private static void add(double[] unit, double[] sum) {
        for (int t = 0; t < sum.length; t++) {
            sum[t] += unit[t];
        }
    }

    private static double dot(double[] a, double[] b) {
        return Simd.kernels().dot(a, 0, b, 0, a.length);
    }
}
