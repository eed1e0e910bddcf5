// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/** Transposition in blocks that fit the cache. */
final class Transpose {
    private static final int BLOCK = 32;

    private Transpose() {}

    /** The transpose {@code [n x m]} of a matrix {@code [m x n]}. */
    static double[] of(double[] matrix, int m, int n) {
        double[] transposed = new double[m * n];
        for (int i0 = 0; i0 < m; i0 += BLOCK) {
            for (int j0 = 0; j0 < n; j0 += BLOCK) {
                for (int i = i0; i < Math.min(m, i0 + BLOCK); i++) {
                    for (int j = j0; j < Math.min(n, j0 + BLOCK); j++) {
                        transposed[j * m + i] = matrix[i * n + j];
                    }
                }
            }
        }
        return transposed;
    }
}
