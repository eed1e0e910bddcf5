// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.Optional;

/** Cholesky decomposition {@code S = L L'} of a symmetric positive definite matrix, by blocks of columns. */
final class Cholesky {
    private static final int BLOCK = 48;

    private Cholesky() {}

    /**
     * L {@code [d x d]}, zero above the diagonal, of a symmetric s {@code [d x d]} of which only the lower triangle is read; empty
     * if a pivot is not positive.
     */
    static Optional<double[]> lower(double[] s, int d, Kernels kernels) {
        double[] l = new double[d * d];
        for (int first = 0; first < d; first += BLOCK) {
            int width = Math.min(BLOCK, d - first);
            int from = first;
            if (first > 0) {
                DoublePanels done = DoublePanels.ofRows(l, first * d, d, width, first, kernels.doubleColumns());
                Parallel.blocks(d - first, BLOCK, true, (i, end) -> {
                    int at = (from + i) * d;
                    done.times(kernels, l, at, d, end - i, l, at + from, d);
                });
            }
            if (!decomposeDiagonal(s, l, d, first, width)) {
                return Optional.empty();
            }
            Parallel.blocks(d - first - width, BLOCK, true, (i, end) -> {
                for (int row = from + width + i; row < from + width + end; row++) {
                    for (int j = from; j < from + width; j++) {
                        l[row * d + j] =
                                (s[row * d + j] - l[row * d + j] - sum(l, row * d, j * d, from, j)) / l[j * d + j];
                    }
                }
            });
        }
        return Optional.of(l);
    }

    // l holds on entry, from the block's first column on, what the columns before the block take away.
    private static boolean decomposeDiagonal(double[] s, double[] l, int d, int first, int width) {
        for (int i = first; i < first + width; i++) {
            for (int j = first; j < i; j++) {
                l[i * d + j] = (s[i * d + j] - l[i * d + j] - sum(l, i * d, j * d, first, j)) / l[j * d + j];
            }
            double pivot = s[i * d + i] - l[i * d + i] - sum(l, i * d, i * d, first, i);
            if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
                return false;
            }
            l[i * d + i] = Math.sqrt(pivot);
            for (int j = i + 1; j < first + width; j++) {
                l[i * d + j] = 0;
            }
        }
        return true;
    }

    private static double sum(double[] l, int a, int b, int from, int to) {
        double sum = 0;
        for (int t = from; t < to; t++) {
            sum = Math.fma(l[a + t], l[b + t], sum);
        }
        return sum;
    }

    /** The inverse, lower triangular, of a lower triangular l {@code [d x d]} with a diagonal of positive numbers. */
    static double[] inverseOfLower(double[] l, int d, Kernels kernels) {
        double[] inverse = new double[d * d];
        for (int first = 0; first < d; first += BLOCK) {
            int height = Math.min(BLOCK, d - first);
            int from = first;
            double[] left = new double[Panels.size(height, Kernels.ROWS, first)];
            Panels.packRows(l, first * d, d, height, first, Kernels.ROWS, left, 0);
            Parallel.blocks(first, BLOCK, true, (column, end) -> {
                product(left, inverse, d, from, height, column, end - column, kernels);
                substitute(l, inverse, d, from, height, column, end - column);
            });
            for (int i = first; i < first + height; i++) {
                inverse[i * d + i] = 1;
            }
            substitute(l, inverse, d, first, height, first, height);
        }
        return inverse;
    }

    // The rows from `first` of the inverse become minus L times the rows above, of which those before `column` are
    // zero.
    private static void product(
            double[] left, double[] inverse, int d, int first, int height, int column, int columns, Kernels kernels) {
        int width = kernels.doubleColumns();
        int terms = first - column;
        double[] right = new double[Panels.size(columns, width, terms)];
        Panels.packColumns(inverse, column * d + column, d, terms, columns, width, right, 0);
        double[] tile = new double[Kernels.ROWS * width];
        for (int j = 0; j < columns; j += width) {
            for (int i = 0; i < height; i += Kernels.ROWS) {
                Arrays.fill(tile, 0);
                kernels.addDots(left, i * first + column * Kernels.ROWS, right, j * terms, terms, tile);
                for (int r = 0; r < Math.min(Kernels.ROWS, height - i); r++) {
                    for (int c = 0; c < Math.min(width, columns - j); c++) {
                        inverse[(first + i + r) * d + column + j + c] = -tile[r * width + c];
                    }
                }
            }
        }
    }

    private static void substitute(double[] l, double[] right, int d, int first, int height, int column, int columns) {
        double[] row = new double[columns];
        for (int i = first; i < first + height; i++) {
            System.arraycopy(right, i * d + column, row, 0, columns);
            for (int j = first; j < i; j++) {
                double factor = l[i * d + j];
                for (int t = 0; t < columns; t++) {
                    row[t] -= factor * right[j * d + column + t];
                }
            }
            double pivot = l[i * d + i];
            for (int t = 0; t < columns; t++) {
                right[i * d + column + t] = row[t] / pivot;
            }
        }
    }
}
