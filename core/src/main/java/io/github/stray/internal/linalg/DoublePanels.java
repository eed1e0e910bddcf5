// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;

/**
 * The right operand of products {@code A B'} in double, packed once. Of a panel of rows that all end in zeros, as those of
 * a lower triangular matrix, the zeros are not multiplied; that changes no bit. Immutable and safe for concurrent use.
 *
 * @param terms of each panel the entries that are multiplied
 */
@SuppressWarnings({"ArrayRecordComponent", "doclint:missing"})
public record DoublePanels(double[] values, int[] terms, int rows, int length, int width) {
    private static final int LEFT_ROWS = 24 * Kernels.ROWS;

    /** Packs {@code rows} rows of B; the width is {@link Kernels#doubleColumns}. */
    public static DoublePanels ofRows(double[] b, int at, int stride, int rows, int length, int width) {
        double[] values = new double[Panels.size(rows, width, length)];
        Panels.packRows(b, at, stride, rows, length, width, values, 0);
        int[] terms = new int[Math.ceilDiv(rows, width)];
        for (int p = 0; p < terms.length; p++) {
            int end = (p + 1) * width * length;
            while (end > p * width * length && values[end - 1] == 0) {
                end--;
            }
            terms[p] = Math.ceilDiv(end - p * width * length, width);
        }
        return new DoublePanels(values, terms, rows, length, width);
    }

    /** {@code C = A B'} for {@code count} finite rows of A and the kernels that the width was taken from; C is {@code [count x rows]}. */
    public void times(Kernels kernels, double[] a, int at, int stride, int count, double[] c, int cAt, int cStride) {
        double[] left = new double[Panels.size(Math.min(count, LEFT_ROWS), Kernels.ROWS, length)];
        double[] tile = new double[Kernels.ROWS * width];
        for (int first = 0; first < count; first += LEFT_ROWS) {
            int height = Math.min(LEFT_ROWS, count - first);
            Panels.packRows(a, at + first * stride, stride, height, length, Kernels.ROWS, left, 0);
            for (int j = 0; j < rows; j += width) {
                int columns = Math.min(width, rows - j);
                for (int i = 0; i < height; i += Kernels.ROWS) {
                    Arrays.fill(tile, 0);
                    kernels.addDots(left, i * length, values, j * length, terms[j / width], tile);
                    for (int r = 0; r < Math.min(Kernels.ROWS, height - i); r++) {
                        System.arraycopy(tile, r * width, c, cAt + (first + i + r) * cStride + j, columns);
                    }
                }
            }
        }
    }
}
