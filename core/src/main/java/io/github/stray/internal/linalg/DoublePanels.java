// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;

/**
 * The right operand of products {@code A B'} in double, packed once. Of a panel of rows that all end in zeros, as those of
 * a lower triangular matrix, the zeros are not multiplied; that changes no bit. Immutable and safe for concurrent use.
 *
 * @param values panels of B's rows
 * @param terms of each panel the entries that are multiplied
 * @param rows rows of B
 * @param length length of a row
 * @param width rows of a panel
 */
@SuppressWarnings("ArrayRecordComponent")
public record DoublePanels(double[] values, int[] terms, int rows, int length, int width) {
    private static final int LEFT_ROWS = 24 * Kernels.ROWS;

    /**
     * Packs rows.
     *
     * @param b holds B
     * @param at where its first row starts
     * @param stride from one of its rows to the next
     * @param rows rows of B
     * @param length length of a row
     * @param width rows of a panel, {@link Kernels#doubleColumns}
     * @return the panels
     */
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

    /**
     * {@code C = A B'} for a finite A.
     *
     * @param kernels inner loops, those the width was taken from
     * @param a holds A
     * @param at where its first row starts
     * @param stride from one of its rows to the next
     * @param count rows of A
     * @param c receives {@code [count x rows]}
     * @param cAt where the first row of C starts
     * @param cStride from one of its rows to the next
     */
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
