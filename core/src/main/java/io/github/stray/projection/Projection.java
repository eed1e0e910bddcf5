// SPDX-License-Identifier: Apache-2.0
package io.github.stray.projection;

import io.github.stray.feature.FeatureSet;
import io.github.stray.internal.linalg.Norms;
import io.github.stray.internal.linalg.Scatter;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.internal.linalg.SymmetricEigen;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * The plane in which unit rows vary most (principal component analysis), to draw features in.
 *
 * <h2>Definition</h2>
 *
 * Rows are scaled to unit length; a zero row stays zero. The axes are the unit eigenvectors of the two largest eigenvalues
 * of the covariance of the rows it was fitted to (divisor n), each with the sign that makes its entry of largest size
 * positive (of several, the first). A row's place is the inner product of each axis with the row minus the mean.
 *
 * <h2>Degenerate input</h2>
 *
 * No rows, NaN and infinity are errors, as are more than {@value #LARGEST} dimensions, whose covariance no array holds. In
 * one dimension the second axis is zero. Where eigenvalues are equal, the axes are arbitrary among those of that value.
 *
 * <h2>Cost</h2>
 *
 * n d^2 to fit, and a decomposition of order d^3; fit to a few thousand rows. Immutable and safe for concurrent use.
 */
public final class Projection {
    private static final int LARGEST = 46340;
    private static final int BLOCK_ROWS = 256;

    private final int dimension;
    private final double[] mean;

    /** {@code [2 x d]}. */
    private final double[] axes;

    private final double explained;

    private Projection(double[] mean, double[] axes, double explained) {
        this.dimension = mean.length;
        this.mean = mean;
        this.axes = axes;
        this.explained = explained;
    }

    /**
     * {@return the projection to the plane of some rows}
     *
     * @param samples features {@code [n x d]}, n at least 1
     * @throws IllegalArgumentException if there are no rows, too many dimensions, or a value is not finite
     */
    public static Projection of(FeatureSet samples) {
        int n = samples.size();
        int d = samples.space().dimension();
        if (n == 0) {
            throw new IllegalArgumentException("a projection needs at least one row, got none");
        }
        if (d > LARGEST) {
            throw new IllegalArgumentException(
                    "a projection takes at most %d dimensions, the rows have %d".formatted(LARGEST, d));
        }
        samples.requireFinite();
        double[] mean = new double[d];
        forEachBlock(samples, (rows, count) -> {
            for (int t = 0; t < count * d; t++) {
                mean[t % d] += rows[t] / n;
            }
        });
        var scatter = new Scatter(d, Simd.kernels());
        forEachBlock(samples, (rows, count) -> {
            for (int t = 0; t < count * d; t++) {
                rows[t] -= mean[t % d];
            }
            scatter.add(rows, count);
        });
        SymmetricEigen eigen = SymmetricEigen.of(scatter.matrix(), d, Simd.kernels());
        double[] axes = new double[2 * d];
        double inPlane = 0;
        for (int axis = 0; axis < Math.min(2, d); axis++) {
            int from = (d - 1 - axis) * d;
            double sign = sign(eigen.vectors(), from, d);
            for (int t = 0; t < d; t++) {
                axes[axis * d + t] = sign * eigen.vectors()[from + t];
            }
            inPlane += Math.max(0, eigen.values()[d - 1 - axis]);
        }
        double all = Arrays.stream(eigen.values()).filter(value -> value > 0).sum();
        return new Projection(mean, axes, all == 0 ? 0 : Math.min(1, inPlane / all));
    }

    /** {@return the share of the variance of the rows it was fitted to that lies in the plane; 0 if the rows do not vary} */
    public double explained() {
        return explained;
    }

    /**
     * {@return x and y of each row, {@code [n x 2]}}
     *
     * @param samples features {@code [n x d]} of the same dimension, finite
     * @throws IllegalArgumentException if the dimension differs or a value is not finite
     */
    public double[] place(FeatureSet samples) {
        int d = dimension;
        if (samples.space().dimension() != d) {
            throw new IllegalArgumentException("this projection takes rows of %d dimensions, got %d"
                    .formatted(d, samples.space().dimension()));
        }
        samples.requireFinite();
        double[] places = new double[2 * samples.size()];
        int[] next = {0};
        forEachBlock(samples, (rows, count) -> {
            for (int i = 0; i < count; i++) {
                for (int axis = 0; axis < 2; axis++) {
                    double sum = 0;
                    for (int t = 0; t < d; t++) {
                        sum += axes[axis * d + t] * (rows[i * d + t] - mean[t]);
                    }
                    places[next[0]++] = sum;
                }
            }
        });
        return places;
    }

    private static void forEachBlock(FeatureSet samples, BiConsumer<double[], Integer> block) {
        int d = samples.space().dimension();
        for (int from = 0; from < samples.size(); from += BLOCK_ROWS) {
            int to = Math.min(samples.size(), from + BLOCK_ROWS);
            float[] floats = new float[(to - from) * d];
            samples.features().copyRows(from, to, floats, 0);
            double[] rows = new double[floats.length];
            for (int i = 0; i < to - from; i++) {
                double norm = Norms.norm(floats, i * d, d);
                for (int t = i * d; t < (i + 1) * d; t++) {
                    rows[t] = norm == 0 ? 0 : floats[t] / norm;
                }
            }
            block.accept(rows, to - from);
        }
    }

    private static double sign(double[] vectors, int from, int d) {
        double largest = 0;
        for (int t = from; t < from + d; t++) {
            if (Math.abs(vectors[t]) > Math.abs(largest)) {
                largest = vectors[t];
            }
        }
        return largest < 0 ? -1 : 1;
    }
}
