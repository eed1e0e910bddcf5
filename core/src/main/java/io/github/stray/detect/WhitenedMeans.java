// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.internal.linalg.Kernels;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.internal.linalg.Whitening;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Means under one covariance, ready to measure squared Mahalanobis distances to. A row is centred, whitened, and compared
 * with the whitened means by differences; no squares are subtracted from each other.
 *
 * @param center what is subtracted from rows first, {@code [d]}
 * @param whitening of the covariance, rank r
 * @param means whitened differences of the means and the center, {@code [C x r]}
 */
@SuppressWarnings("ArrayRecordComponent")
record WhitenedMeans(double[] center, Whitening whitening, double[] means) {
    private static final int MAP_ROWS = 24;

    /** Some classes' means. */
    static WhitenedMeans of(ClassStatistics classes, int[] measured, Whitening whitening) {
        int d = classes.rows().dimension();
        double[] differences = new double[measured.length * d];
        for (int c = 0; c < measured.length; c++) {
            for (int t = 0; t < d; t++) {
                differences[c * d + t] = classes.means()[measured[c] * d + t] - classes.center()[t];
            }
        }
        return new WhitenedMeans(classes.center(), whitening, whiten(differences, measured.length, whitening));
    }

    /** The center as the only mean. */
    static WhitenedMeans ofCenter(double[] center, Whitening whitening) {
        return new WhitenedMeans(center, whitening, new double[whitening.rank()]);
    }

    private static double[] whiten(double[] rows, int count, Whitening whitening) {
        int rank = whitening.rank();
        int d = whitening.dimension();
        double[] whitened = new double[count * rank];
        double[] tile = new double[count * MAP_ROWS];
        for (int first = 0; first < rank; first += MAP_ROWS) {
            int size = Math.min(MAP_ROWS, rank - first);
            Simd.kernels().dots(rows, 0, count, whitening.map(), first, size, d, tile);
            for (int i = 0; i < count; i++) {
                System.arraycopy(tile, i * size, whitened, i * rank + first, size);
            }
        }
        return whitened;
    }

    /** Squared distance of each row to its nearest mean; a row's is the same bits whatever stands beside it. */
    double[] nearest(DoubleRows rows) {
        int n = rows.size();
        double[] distances = new double[n];
        int step = Math.max(1, rows.blockRows() / 5);
        IntStream.range(0, Math.ceilDiv(n, step))
                .parallel()
                .forEach(b -> measure(rows, b * step, Math.min(n, (b + 1) * step), distances));
        return distances;
    }

    private void measure(DoubleRows samples, int from, int to, double[] distances) {
        int d = whitening.dimension();
        int rank = whitening.rank();
        double[] rows = samples.read(from, to);
        for (int i = 0; i < to - from; i++) {
            for (int t = 0; t < d; t++) {
                rows[i * d + t] -= center[t];
            }
        }
        double[] whitened = whiten(rows, to - from, whitening);
        Kernels kernels = Simd.kernels();
        for (int i = from; i < to; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int mean = 0; mean < means.length; mean += rank) {
                nearest = Math.min(nearest, kernels.squaredDistance(whitened, (i - from) * rank, means, mean, rank));
            }
            distances[i] = nearest;
        }
    }

    /** What to say of a singular covariance. */
    Optional<String> note(String covariance) {
        return whitening.dropped() == 0
                ? Optional.empty()
                : Optional.of(
                        "%s is singular: %d of %d directions were dropped, and differences along them do not count"
                                .formatted(covariance, whitening.dropped(), whitening.dimension()));
    }
}
