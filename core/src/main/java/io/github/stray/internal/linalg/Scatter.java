// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.stream.IntStream;

/**
 * A running sum of outer products, {@code S = sum of x x'}, {@code [d x d]}. Confined to one thread at a time; tiles of S
 * are summed in parallel, each in the order of the rows, so the result does not depend on threads.
 *
 * <p>All sums are double. Sums in float32 would leave a relative error near 1e-7 in S, and a direction in which the rows
 * do not vary would come out with an eigenvalue far above the cut of a pseudo-inverse.
 */
public final class Scatter {
    private static final int TILE = 48;

    private final int dimension;
    private final double[] sums;
    private final Kernels kernels;

    /**
     * Starts at zero.
     *
     * @param dimension d, at least 1, with d * d an int
     * @param kernels inner loops
     */
    public Scatter(int dimension, Kernels kernels) {
        this.dimension = dimension;
        this.sums = new double[Math.multiplyExact(dimension, dimension)];
        this.kernels = kernels;
    }

    /**
     * Adds rows.
     *
     * @param rows {@code [count x d]}, a few hundred at a time
     * @param count number of rows
     */
    public void add(double[] rows, int count) {
        double[] columns = Transpose.of(rows, count, dimension);
        int tiles = Math.ceilDiv(dimension, TILE);
        IntStream.range(0, tiles * tiles).parallel().forEach(t -> {
            int i = t / tiles * TILE;
            int j = t % tiles * TILE;
            if (j <= i) {
                addTile(columns, count, i, j);
            }
        });
    }

    private void addTile(double[] columns, int count, int i, int j) {
        int height = Math.min(TILE, dimension - i);
        int width = Math.min(TILE, dimension - j);
        double[] tile = new double[height * width];
        kernels.dots(columns, i, height, columns, j, width, count, tile);
        for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
                sums[(i + r) * dimension + j + c] += tile[r * width + c];
            }
        }
    }

    /**
     * The sum so far.
     *
     * @return a copy, {@code [d x d]}, exactly symmetric
     */
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
