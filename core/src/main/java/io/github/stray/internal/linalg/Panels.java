// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;

/**
 * Packing of operands for {@link Kernels}: a panel holds a few rows side by side, {@code [length][width]}, so that a kernel
 * reads both operands strictly forwards. Rows that are missing from the last panel are zero.
 */
final class Panels {
    private static final int BLOCK = 16;

    private Panels() {}

    /** Values of the panels of some rows. */
    static int size(int count, int width, int length) {
        return Math.multiplyExact(Math.multiplyExact(Math.ceilDiv(count, width), width), length);
    }

    /**
     * Packs {@code count} rows of {@code length}: {@code to[p][k][r]} becomes entry k of row {@code p * width + r}, or 0 where
     * there is no such row. Receives {@link #size} values.
     */
    static void packRows(float[] rows, int at, int stride, int count, int length, int width, float[] to, int toAt) {
        for (int first = 0; first < count; first += width) {
            int panel = toAt + first * length;
            int filled = Math.min(width, count - first);
            if (filled < width) {
                Arrays.fill(to, panel, panel + width * length, 0);
            }
            for (int k0 = 0; k0 < length; k0 += BLOCK) {
                int k1 = Math.min(length, k0 + BLOCK);
                for (int r = 0; r < filled; r++) {
                    int from = at + (first + r) * stride;
                    for (int k = k0; k < k1; k++) {
                        to[panel + k * width + r] = rows[from + k];
                    }
                }
            }
        }
    }

    /**
     * Packs {@code count} columns of {@code length} rows: {@code to[p][k][c]} becomes entry {@code p * width + c} of row k, or 0
     * where there is no such column. Receives {@link #size} values.
     */
    static void packColumns(float[] rows, int at, int stride, int length, int count, int width, float[] to, int toAt) {
        for (int first = 0; first < count; first += width) {
            int panel = toAt + first * length;
            int filled = Math.min(width, count - first);
            for (int k = 0; k < length; k++) {
                int from = at + k * stride + first;
                int target = panel + k * width;
                for (int c = 0; c < filled; c++) {
                    to[target + c] = rows[from + c];
                }
                for (int c = filled; c < width; c++) {
                    to[target + c] = 0;
                }
            }
        }
    }

    /** As {@link #packRows(float[], int, int, int, int, int, float[], int)}. */
    static void packRows(double[] rows, int at, int stride, int count, int length, int width, double[] to, int toAt) {
        for (int first = 0; first < count; first += width) {
            int panel = toAt + first * length;
            int filled = Math.min(width, count - first);
            if (filled < width) {
                Arrays.fill(to, panel, panel + width * length, 0);
            }
            for (int k0 = 0; k0 < length; k0 += BLOCK) {
                int k1 = Math.min(length, k0 + BLOCK);
                for (int r = 0; r < filled; r++) {
                    int from = at + (first + r) * stride;
                    for (int k = k0; k < k1; k++) {
                        to[panel + k * width + r] = rows[from + k];
                    }
                }
            }
        }
    }

    /** As {@link #packColumns(float[], int, int, int, int, int, float[], int)}. */
    static void packColumns(
            double[] rows, int at, int stride, int length, int count, int width, double[] to, int toAt) {
        for (int first = 0; first < count; first += width) {
            int panel = toAt + first * length;
            int filled = Math.min(width, count - first);
            for (int k = 0; k < length; k++) {
                int from = at + k * stride + first;
                int target = panel + k * width;
                for (int c = 0; c < filled; c++) {
                    to[target + c] = rows[from + c];
                }
                for (int c = filled; c < width; c++) {
                    to[target + c] = 0;
                }
            }
        }
    }
}
