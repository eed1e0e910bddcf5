// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.internal.linalg.Kernels;
import io.github.stray.internal.linalg.Simd;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * k-means clusters of rows. The rows are first put into an order that follows from their contents, and every sum and draw
 * goes by it, so that the order they came in does not change a bit of the result.
 *
 * @param rows the rows in that order
 * @param clusterOf cluster of each of them
 * @param centroids means of the clusters, {@code [k x d]}; none is empty
 * @param inertia sum of the squared distances of the rows to the centroids
 */
@SuppressWarnings("ArrayRecordComponent")
record Clustering(DoubleRows rows, int[] clusterOf, double[] centroids, double inertia) {
    /** The one with the least inertia. */
    static Clustering best(FeatureSet samples, int clusters, int restarts, long seed) {
        if ((long) clusters * samples.space().dimension() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("kmeans: %d centroids of dimension %d do not fit one array"
                    .formatted(clusters, samples.space().dimension()));
        }
        if (clusters > samples.size()) {
            throw tooFew(samples, clusters, samples.size());
        }
        DoubleRows rows = new DoubleRows(samples.select(order(samples.features())), false);
        SplittableRandom random = new SplittableRandom(seed);
        Clustering best = start(rows, clusters, random);
        for (int restart = 1; restart < restarts; restart++) {
            Clustering other = start(rows, clusters, random);
            best = other.inertia < best.inertia ? other : best;
        }
        return best;
    }

    private static Clustering start(DoubleRows rows, int clusters, SplittableRandom random) {
        Run run = new Run(rows, new double[clusters * rows.dimension()]);
        run.draw(random);
        return run.iterate();
    }

    /** Lloyd's iterations from these centroids, as many as there are distinct rows at most. */
    static Clustering from(DoubleRows rows, double[] centroids) {
        return new Run(rows, centroids.clone()).iterate();
    }

    private static IllegalArgumentException tooFew(FeatureSet samples, int clusters, int rows) {
        return new IllegalArgumentException(
                "kmeans: clusters = %d needs at least %d distinct training rows, '%s' has %d; take fewer clusters"
                        .formatted(clusters, clusters, samples.dataset(), rows));
    }

    /** By a hash of the row, then by its values. */
    private static int[] order(FeatureMatrix features) {
        long[] hashes = features.rowHashes();
        return IntStream.range(0, hashes.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(i -> hashes[i])
                        .thenComparing((i, j) -> Arrays.compare(features.row(i), features.row(j))))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** One start and its iterations. */
    private static final class Run {
        /** Far above what rounding makes of a distance. */
        private static final double SLACK = 1e-9;

        private final DoubleRows rows;
        private final int clusters;
        private final double[] centroids;
        private final double[] distances;
        /** Of each row, what its distance to any centroid but the nearest is at least; 0 before it is measured. */
        private final double[] others;

        Run(DoubleRows rows, double[] centroids) {
            this.rows = rows;
            this.clusters = centroids.length / rows.dimension();
            this.centroids = centroids;
            this.distances = new double[rows.size()];
            this.others = new double[rows.size()];
        }

        Clustering iterate() {
            int[] clusterOf = nearest(new int[rows.size()]);
            double inertia = Double.POSITIVE_INFINITY;
            while (true) {
                moveCentroids(clusterOf);
                int[] next = nearest(clusterOf);
                double sum = sum(distances);
                // Rounding may let rows go to and fro between centroids that are equally near; the sum then stands
                // still.
                if (Arrays.equals(next, clusterOf) || !(sum < inertia)) {
                    return new Clustering(rows, clusterOf, centroids, sum);
                }
                clusterOf = next;
                inertia = sum;
            }
        }

        void draw(SplittableRandom random) {
            int d = rows.dimension();
            Arrays.fill(distances, Double.POSITIVE_INFINITY);
            int row = random.nextInt(rows.size());
            for (int c = 0; ; c++) {
                System.arraycopy(rows.read(row, row + 1), 0, centroids, c * d, d);
                if (c == clusters - 1) {
                    return;
                }
                int drawn = c;
                rows.forEachBlockInParallel((from, block, count) -> {
                    Kernels kernels = Simd.kernels();
                    for (int i = 0; i < count; i++) {
                        distances[from + i] = Math.min(
                                distances[from + i], kernels.squaredDistance(block, i * d, centroids, drawn * d, d));
                    }
                });
                double total = sum(distances);
                if (total == 0) {
                    throw tooFew(rows.samples(), clusters, c + 1);
                }
                row = drawn(random.nextDouble() * total);
            }
        }

        /** The first row at which the running sum of squared distances exceeds a value. */
        private int drawn(double value) {
            double sum = 0;
            int last = 0;
            for (int i = 0; i < distances.length; i++) {
                if (distances[i] > 0) {
                    sum += distances[i];
                    last = i;
                    if (sum > value) {
                        return i;
                    }
                }
            }
            return last;
        }

        /**
         * Nearest centroids and the squared distances to them. Of a row that stays nearer to its own centroid than any other
         * has come, the others are not measured.
         */
        private int[] nearest(int[] clusterOf) {
            int d = rows.dimension();
            int[] nearest = clusterOf.clone();
            rows.forEachBlockInParallel((from, block, count) -> {
                Kernels kernels = Simd.kernels();
                for (int i = 0; i < count; i++) {
                    int row = from + i;
                    double own = kernels.squaredDistance(block, i * d, centroids, clusterOf[row] * d, d);
                    if (Math.sqrt(own) * (1 + SLACK) < others[row]) {
                        distances[row] = own;
                    } else {
                        nearest[row] = nearest(block, i, row);
                    }
                }
            });
            return nearest;
        }

        private int nearest(double[] block, int i, int row) {
            int d = rows.dimension();
            int nearest = 0;
            double least = Double.POSITIVE_INFINITY;
            double second = Double.POSITIVE_INFINITY;
            for (int c = 0; c < clusters; c++) {
                double distance = Simd.kernels().squaredDistance(block, i * d, centroids, c * d, d);
                if (distance < least) {
                    second = least;
                    least = distance;
                    nearest = c;
                } else {
                    second = Math.min(second, distance);
                }
            }
            distances[row] = least;
            others[row] = Math.sqrt(second) * (1 - SLACK);
            return nearest;
        }

        private void moveCentroids(int[] clusterOf) {
            double[] before = centroids.clone();
            int[] counts = toMeans(clusterOf);
            for (int c = 0; c < clusters; c++) {
                if (counts[c] == 0) {
                    clusterOf[farthest(clusterOf)] = c;
                    counts = toMeans(clusterOf);
                }
            }
            int d = rows.dimension();
            double longest = IntStream.range(0, clusters)
                    .mapToDouble(c -> Simd.kernels().squaredDistance(before, c * d, centroids, c * d, d))
                    .max()
                    .orElseThrow();
            // A centroid without rows came from beyond the bound of the row that it takes, which so falls below 0.
            double way = Math.sqrt(longest) * (1 + SLACK);
            for (int i = 0; i < others.length; i++) {
                others[i] -= way + SLACK * others[i];
            }
        }

        /** Moves centroids to the means of their rows; those without rows stay. */
        private int[] toMeans(int[] clusterOf) {
            int d = rows.dimension();
            int[] counts = new int[clusters];
            for (int c : clusterOf) {
                counts[c]++;
            }
            double[] sums = rows.sums(clusterOf, clusters);
            for (int c = 0; c < clusters; c++) {
                for (int t = c * d; t < (c + 1) * d && counts[c] > 0; t++) {
                    centroids[t] = sums[t] / counts[c];
                }
            }
            return counts;
        }

        private int farthest(int[] clusterOf) {
            int d = rows.dimension();
            rows.forEachBlockInParallel((from, block, count) -> {
                for (int i = 0; i < count; i++) {
                    distances[from + i] =
                            Simd.kernels().squaredDistance(block, i * d, centroids, clusterOf[from + i] * d, d);
                }
            });
            int farthest = 0;
            for (int i = 1; i < distances.length; i++) {
                farthest = distances[i] > distances[farthest] ? i : farthest;
            }
            return farthest;
        }

        private static double sum(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum;
        }
    }
}
