// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.stream.IntStream;

/**
 * Adds {@code A' B} to a matrix in double: an element of the sum is added to term by term in the order of the rows, one
 * fused multiply-add a term, whatever the threads and the provider. Keeps its packed operands between calls. Not safe for
 * concurrent use; a call uses the threads of the common pool.
 */
@SuppressWarnings("doclint:missing")
public final class TransposedProduct {
    private final Kernels kernels;
    private final int m;
    private final int n;
    private final double[] left;
    private final double[] right;

    /** A workspace for {@code most} rows at most of A with m columns and B with n. */
    public TransposedProduct(Kernels kernels, int most, int m, int n) {
        this.kernels = kernels;
        this.m = m;
        this.n = n;
        this.left = new double[Panels.size(m, Kernels.ROWS, most)];
        this.right = new double[Panels.size(n, kernels.doubleColumns(), most)];
    }

    /** {@code S += A' B}, A being {@code [count x m]}, B {@code [count x n]} and S {@code [m x n]}. */
    public void add(double[] a, double[] b, int count, double[] sums) {
        int width = kernels.doubleColumns();
        Panels.packColumns(a, 0, m, count, m, Kernels.ROWS, left, 0);
        Panels.packColumns(b, 0, n, count, n, width, right, 0);
        IntStream.range(0, Math.ceilDiv(m, Kernels.ROWS)).parallel().forEach(panel -> {
            double[] tile = new double[Kernels.ROWS * width];
            for (int j = 0; j < n; j += width) {
                addTile(panel * Kernels.ROWS, j, count, tile, sums);
            }
        });
    }

    private void addTile(int i, int j, int count, double[] tile, double[] sums) {
        int width = kernels.doubleColumns();
        int height = Math.min(Kernels.ROWS, m - i);
        int columns = Math.min(width, n - j);
        for (int r = 0; r < height; r++) {
            System.arraycopy(sums, (i + r) * n + j, tile, r * width, columns);
        }
        kernels.addDots(left, i * count, right, j * count, count, tile);
        for (int r = 0; r < height; r++) {
            System.arraycopy(tile, r * width, sums, (i + r) * n + j, columns);
        }
    }
}
