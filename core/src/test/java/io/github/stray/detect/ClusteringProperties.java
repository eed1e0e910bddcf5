// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ClusteringProperties {
    private static final int D = 2;

    /** Few different values, so that rows repeat, distances tie and clusters run empty. */
    @Property(tries = 300)
    void best_isAFixedPointWithoutEmptyClusters(
            @ForAll @Size(min = 12, max = 60) List<@IntRange(min = -2, max = 2) Integer> values,
            @ForAll @IntRange(min = 1, max = 6) int clusters,
            @ForAll long seed) {
        FeatureSet set = set(values);
        assertFixedPoint(Clustering.best(set, Math.min(clusters, distinct(set)), 2, seed));
    }

    /** Centroids may coincide or lie far from all rows, so that they get none. */
    @Property(tries = 300)
    void from_anyCentroids_isAFixedPointWithoutEmptyClusters(
            @ForAll @Size(min = 12, max = 60) List<@IntRange(min = -2, max = 2) Integer> values,
            @ForAll @Size(12) List<@IntRange(min = -3, max = 20) Integer> centroids,
            @ForAll @IntRange(min = 1, max = 6) int clusters) {
        FeatureSet set = set(values);
        int k = Math.min(clusters, distinct(set));
        assertFixedPoint(Clustering.from(
                new DoubleRows(set, false),
                centroids.stream()
                        .limit((long) k * D)
                        .mapToDouble(value -> value)
                        .toArray()));
    }

    @Example
    void from_centroidsWithoutRows_takeTheFarthestOnes() {
        DoubleRows rows = new DoubleRows(Sets.of(Sets.space("net-a", 1), 0, 1, 10, 11, 30), false);
        Clustering three = Clustering.from(rows, new double[] {0, 10, 1000});
        assertThat(three.clusterOf()).containsExactly(0, 0, 1, 1, 2);
        assertThat(three.inertia()).isEqualTo(1);
        // 30 is farthest from the mean 10.4 of all; then 0 and 11 are as far from that of the other four: the first of
        // them.
        Clustering one = Clustering.from(rows, new double[] {10, 1000, 1000});
        assertThat(one.clusterOf()).containsExactly(2, 2, 0, 0, 1);
        assertThat(one.centroids()).containsExactly(10.5, 30, 0.5);
    }

    /** Rows without clusters wander long. Every distance is computed here, in every iteration. */
    @Property(tries = 50)
    void from_continuousRows_goesAsPlainIterationsDo(@ForAll long seed, @ForAll @IntRange(min = 2, max = 9) int k) {
        int n = 300;
        DoubleRows rows = continuous(n, seed);
        double[] start = rows.read(0, k);
        Clustering found = Clustering.from(rows, start);
        double[] all = rows.read(0, n);
        double[] centroids = start.clone();
        int[] clusterOf = nearest(all, centroids);
        for (int[] before = {}; !Arrays.equals(before, clusterOf); clusterOf = nearest(all, centroids)) {
            before = clusterOf;
            double[] sums = new double[k * D];
            int[] counts = new int[k];
            for (int i = 0; i < n; i++) {
                counts[clusterOf[i]]++;
                for (int t = 0; t < D; t++) {
                    sums[clusterOf[i] * D + t] += all[i * D + t];
                }
            }
            Arrays.setAll(centroids, t -> sums[t] / counts[t / D]);
        }
        assertThat(found.clusterOf()).containsExactly(clusterOf);
        assertThat(found.centroids()).containsExactly(centroids);
    }

    /** A row that a centroid without rows has taken may go back to where it came from. */
    @Property(tries = 300)
    void from_continuousRowsAndFarCentroids_isAFixedPointWithoutEmptyClusters(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 9) int k, @ForAll @IntRange(min = 1, max = 8) int far) {
        DoubleRows rows = continuous(40, seed);
        double[] start = rows.read(0, k);
        Arrays.fill(start, D * Math.max(1, k - far), start.length, 1000);
        assertFixedPoint(Clustering.from(rows, start));
    }

    private static DoubleRows continuous(int n, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[n * D];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new DoubleRows(Sets.of(Sets.space("net-a", D), values), false);
    }

    private static int[] nearest(double[] rows, double[] centroids) {
        return IntStream.range(0, rows.length / D)
                .map(i -> {
                    int nearest = 0;
                    for (int c = 1; c < centroids.length / D; c++) {
                        nearest = distance(rows, i, centroids, c) < distance(rows, i, centroids, nearest) ? c : nearest;
                    }
                    return nearest;
                })
                .toArray();
    }

    private static void assertFixedPoint(Clustering best) {
        int k = best.centroids().length / D;
        FeatureSet set = best.rows().samples();
        double[] rows = best.rows().read(0, set.size());
        assertThat(Arrays.stream(best.clusterOf()).distinct().count()).isEqualTo(k);
        double inertia = 0;
        for (int c = 0; c < k; c++) {
            int own = c;
            int[] members = IntStream.range(0, set.size())
                    .filter(i -> best.clusterOf()[i] == own)
                    .toArray();
            for (int t = 0; t < D; t++) {
                int column = t;
                assertThat(best.centroids()[c * D + t])
                        .isCloseTo(
                                Arrays.stream(members)
                                        .mapToDouble(i -> rows[i * D + column])
                                        .average()
                                        .orElseThrow(),
                                within(1e-12));
            }
        }
        for (int i = 0; i < set.size(); i++) {
            double own = distance(rows, i, best.centroids(), best.clusterOf()[i]);
            inertia += own;
            for (int c = 0; c < k; c++) {
                assertThat(own).isLessThanOrEqualTo(distance(rows, i, best.centroids(), c) + 1e-12);
            }
        }
        assertThat(best.inertia()).isCloseTo(inertia, within(1e-9));
    }

    /**
     * All partitions of up to eight rows are tried. Restarts find the best one often, not always, so the sets are the same
     * in every run.
     */
    @Property(tries = 100, seed = "42")
    void best_ofManyRestarts_isTheBestPartition(
            @ForAll @Size(min = 8, max = 16) List<@IntRange(min = -9, max = 9) Integer> values,
            @ForAll @IntRange(min = 1, max = 3) int clusters) {
        FeatureSet set = set(values);
        int k = Math.min(clusters, distinct(set));
        double[] rows = new DoubleRows(set, false).read(0, set.size());
        double least = Double.POSITIVE_INFINITY;
        for (int code = 0; code < Math.pow(k, set.size()); code++) {
            least = Math.min(least, inertia(rows, set.size(), code, k));
        }
        assertThat(Clustering.best(set, k, 60, 42).inertia()).isCloseTo(least, within(1e-9));
    }

    private static double inertia(double[] rows, int n, int code, int k) {
        double[] sums = new double[k * D];
        int[] counts = new int[k];
        double squares = 0;
        int rest = code;
        for (int i = 0; i < n; i++, rest /= k) {
            counts[rest % k]++;
            for (int t = 0; t < D; t++) {
                sums[rest % k * D + t] += rows[i * D + t];
                squares += rows[i * D + t] * rows[i * D + t];
            }
        }
        for (int c = 0; c < k; c++) {
            for (int t = 0; t < D && counts[c] > 0; t++) {
                squares -= sums[c * D + t] * sums[c * D + t] / counts[c];
            }
        }
        return squares;
    }

    private static FeatureSet set(List<Integer> values) {
        float[] rows = new float[values.size() / D * D];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = values.get(i);
        }
        return Sets.of(Sets.space("net-a", D), rows);
    }

    private static int distinct(FeatureSet set) {
        return (int) IntStream.range(0, set.size())
                .mapToObj(i -> Arrays.toString(set.features().row(i)))
                .distinct()
                .count();
    }

    private static double distance(double[] rows, int i, double[] centroids, int c) {
        double sum = 0;
        for (int t = 0; t < D; t++) {
            double difference = rows[i * D + t] - centroids[c * D + t];
            sum += difference * difference;
        }
        return sum;
    }
}
