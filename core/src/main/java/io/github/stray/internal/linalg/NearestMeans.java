// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/**
 * Squared Mahalanobis distances of rows to the nearest of some means, in double. A row is centred, whitened in double to
 * z, and compared with the whitened means m by differences.
 *
 * <p>Not with all of them: {@code |z - m|^2} is smallest where {@code z'm - |m|^2 / 2} is largest. That is computed in
 * float32 first, with an error of at most {@code 1.01 (r + 8) 2^-24 (|z||m| + |m|^2)}, r the rank: rounding z, m and
 * {@code |m|^2 / 2} contributes 3 units of {@code 2^-24}, r fused multiply-adds contribute r, and 1.01 covers what is of
 * second order. Every mean whose value lies within
 * twice the bound of the largest is compared in double, so the result is the one that comparing all of them gives, bit for
 * bit. Rows or means too large for float32 are compared with all.
 *
 * <p>Immutable and safe for concurrent use.
 */
@SuppressWarnings("doclint:missing")
public final class NearestMeans {
    /** Below so many means the float32 pass does not pay. */
    private static final int FEW = 8;

    private static final double LARGE = 1e30;

    private final double[] center;
    private final double[] means;
    private final int rank;
    private final Kernels kernels;
    private final DoublePanels map;
    private final int count;
    private final float[] panels;
    private final float[] halfSquares;
    private final double longest;

    /** Packs the map of rank r and the whitened means {@code [C x r]}, at least one; the center {@code [d]} is subtracted from rows. */
    public NearestMeans(double[] center, Whitening whitening, double[] means, Kernels kernels) {
        this.center = center;
        this.means = means;
        this.rank = whitening.rank();
        this.kernels = kernels;
        this.map = whitening.packed(kernels);
        this.count = means.length / rank;
        int width = kernels.floatColumns();
        boolean many = count >= FEW;
        this.panels = new float[many ? Panels.size(count, width, rank) : 0];
        this.halfSquares = new float[many ? Math.ceilDiv(count, width) * width : 0];
        double largestSquare = 0;
        if (many) {
            float[] rounded = narrowed(means);
            Panels.packRows(rounded, 0, rank, count, rank, width, panels, 0);
            for (int c = 0; c < count; c++) {
                double square = kernels.dot(means, c * rank, means, c * rank, rank);
                halfSquares[c] = (float) (square / 2);
                largestSquare = Math.max(largestSquare, square);
            }
        }
        this.longest = Math.sqrt(largestSquare);
    }

    private static float[] narrowed(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    /**
     * Measures rows {@code [rowCount x d]}, which are overwritten; their squared distances go to {@code distances} from
     * {@code offset} on. A row's is the same bits whatever stands beside it.
     */
    public void measure(double[] rows, int rowCount, double[] distances, int offset) {
        int d = center.length;
        for (int i = 0; i < rowCount; i++) {
            for (int t = 0; t < d; t++) {
                rows[i * d + t] -= center[t];
            }
        }
        double[] whitened = new double[rowCount * rank];
        map.times(kernels, rows, 0, d, rowCount, whitened, 0, rank);
        if (count < FEW) {
            for (int i = 0; i < rowCount; i++) {
                distances[offset + i] = nearestOfAll(whitened, i);
            }
            return;
        }
        int stride = halfSquares.length;
        float[] values = values(whitened, rowCount, stride);
        for (int i = 0; i < rowCount; i++) {
            distances[offset + i] = nearest(whitened, i, values, i * stride);
        }
    }

    private double nearestOfAll(double[] whitened, int i) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int c = 0; c < count; c++) {
            nearest = Math.min(nearest, kernels.squaredDistance(whitened, i * rank, means, c * rank, rank));
        }
        return nearest;
    }

    /** {@code z'm - |m|^2 / 2} in float32, {@code [rows x stride]}. */
    private float[] values(double[] whitened, int rowCount, int stride) {
        int padded = Math.ceilDiv(rowCount, Kernels.ROWS) * Kernels.ROWS;
        float[] left = new float[padded * rank];
        Panels.packRows(narrowed(whitened), 0, rank, rowCount, rank, Kernels.ROWS, left, 0);
        float[] values = new float[padded * stride];
        int width = kernels.floatColumns();
        float[] tile = new float[Kernels.ROWS * width];
        for (int c = 0; c < stride; c += width) {
            for (int i = 0; i < padded; i += Kernels.ROWS) {
                for (int t = 0; t < tile.length; t++) {
                    tile[t] = -halfSquares[c + t % width];
                }
                kernels.addDots(left, i * rank, panels, c * rank, rank, tile);
                for (int r = 0; r < Kernels.ROWS; r++) {
                    System.arraycopy(tile, r * width, values, (i + r) * stride + c, width);
                }
            }
        }
        return values;
    }

    private double nearest(double[] whitened, int i, float[] values, int from) {
        double length = Math.sqrt(kernels.dot(whitened, i * rank, whitened, i * rank, rank));
        double scale = longest * (length + longest);
        if (!(scale < LARGE && length < LARGE)) {
            return nearestOfAll(whitened, i);
        }
        double bound = 1.01 * (rank + 8) * (0x1p-24 * scale + Float.MIN_NORMAL * (1 + length + longest));
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = from; c < from + count; c++) {
            largest = Math.max(largest, values[c]);
        }
        float bar = Math.nextDown((float) (largest - 2 * bound));
        double nearest = Double.POSITIVE_INFINITY;
        int c = kernels.firstAbove(values, from, from + count, bar);
        while (c < from + count) {
            int mean = (c - from) * rank;
            nearest = Math.min(nearest, kernels.squaredDistance(whitened, i * rank, means, mean, rank));
            c = kernels.firstAbove(values, c + 1, from + count, bar);
        }
        return nearest;
    }
}
