// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A running sum of outer products, {@code S = sum of x x'}, {@code [d x d]}. Confined to one thread at a time; tiles of S
 * are summed in parallel, each in the order of the rows, so the result does not depend on threads.
 *
 * <p>All sums are double. Sums in float32 would leave a relative error near 1e-7 in S, and a direction in which the rows
 * do not vary would come out with an eigenvalue far above the cut of a pseudo-inverse.
 */
@SuppressWarnings("doclint:missing")
public final class Scatter {
    private static final int LEAST_TILE = 48;

    private final int dimension;
    private final double[] sums;
    private final Kernels kernels;

    /** A multiple of the rows and of the columns of the provider's tile. */
    private final int tile;

    /** Starts at zero; {@code d * d} must be an int. */
    public Scatter(int dimension, Kernels kernels) {
        this.dimension = dimension;
        this.sums = new double[Math.multiplyExact(dimension, dimension)];
        this.kernels = kernels;
        int multiple = Kernels.ROWS * kernels.doubleColumns();
        this.tile = Math.ceilDiv(LEAST_TILE, multiple) * multiple;
    }

    /** Adds rows {@code [count x d]}, a few hundred at a time. */
    public void add(double[] rows, int count) {
        int width = kernels.doubleColumns();
        int tiles = Math.ceilDiv(dimension, tile);
        double[] left = new double[Panels.size(dimension, Kernels.ROWS, count)];
        double[] right = new double[Panels.size(dimension, width, count)];
        IntStream.range(0, tiles).parallel().forEach(t -> {
            int i = t * tile;
            int columns = Math.min(tile, dimension - i);
            Panels.packColumns(rows, i, dimension, count, columns, Kernels.ROWS, left, i * count);
            Panels.packColumns(rows, i, dimension, count, columns, width, right, i * count);
        });
        IntStream.range(0, tiles * (tiles + 1) / 2).parallel().forEach(t -> {
            int row = (int) ((Math.sqrt(8.0 * t + 1) - 1) / 2);
            addTile(left, right, count, row * tile, (t - row * (row + 1) / 2) * tile);
        });
    }

    private void addTile(double[] left, double[] right, int count, int i, int j) {
        int width = kernels.doubleColumns();
        double[] sum = new double[Kernels.ROWS * width];
        int height = Math.min(tile, dimension - i);
        int columns = Math.min(tile, dimension - j);
        for (int c = 0; c < columns; c += width) {
            for (int r = 0; r < height; r += Kernels.ROWS) {
                Arrays.fill(sum, 0);
                kernels.addDots(left, (i + r) * count, right, (j + c) * count, count, sum);
                for (int y = 0; y < Math.min(Kernels.ROWS, height - r); y++) {
                    int at = (i + r + y) * dimension + j + c;
                    for (int x = 0; x < Math.min(width, columns - c); x++) {
                        sums[at + x] += sum[y * width + x];
                    }
                }
            }
        }
    }

    /** The sum so far: a copy, {@code [d x d]}, exactly symmetric. */
    public double[] matrix() {
        double[] matrix = sums.clone();
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j < i; j++) {
                matrix[j * dimension + i] = matrix[i * dimension + j];
            }
        }
        return matrix;
    }
}
