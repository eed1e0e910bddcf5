// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.Objects;

/**
 * Products of float32 matrices, summed in float32: an element of the product is a sum in the order of the inner index, one
 * fused multiply-add a term, the same bits whatever the sizes, threads and provider.
 *
 * <p>Keeps its packed operands between calls, so that many products of one size allocate nothing. Confined to one thread
 * at a time; a call may use the threads of the common pool.
 */
@SuppressWarnings("doclint:missing")
public final class FloatProduct {
    private static final int LEFT_PANELS = 16;
    private static final int RIGHT_PANELS = 6;
    private static final long SMALL = 1 << 18;

    /** A row-major matrix that starts at the beginning of an array and has no gaps. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Matrix(float[] values, int rows, int columns) {
        /** Checks that the matrix lies in the array. */
        public Matrix {
            Objects.checkFromIndexSize(0L, (long) rows * columns, (long) values.length);
        }
    }

    private final Kernels kernels;
    private float[] left = {};
    private float[] right = {};

    /** Makes an empty workspace. */
    public FloatProduct(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * {@code C = A B'}, A being {@code [m x k]}, B {@code [n x k]} and C {@code [m x n]}.
     *
     * @throws IllegalArgumentException if the shapes disagree
     */
    public void timesTransposed(Matrix a, Matrix b, Matrix c) {
        require(a.rows == c.rows && a.columns == b.columns && b.rows == c.columns, "A B'", a, b, c);
        multiply(a, false, b, false, a.columns, c);
    }

    /**
     * {@code C = A' B}, A being {@code [k x m]}, B {@code [k x n]} and C {@code [m x n]}.
     *
     * @throws IllegalArgumentException if the shapes disagree
     */
    public void transposedTimes(Matrix a, Matrix b, Matrix c) {
        require(a.columns == c.rows && a.rows == b.rows && b.columns == c.columns, "A' B", a, b, c);
        multiply(a, true, b, true, a.rows, c);
    }

    private static void require(boolean agree, String product, Matrix a, Matrix b, Matrix c) {
        if (!agree) {
            throw new IllegalArgumentException("shapes %d x %d and %d x %d do not fit C = %s of shape %d x %d"
                    .formatted(a.rows, a.columns, b.rows, b.columns, product, c.rows, c.columns));
        }
    }

    private void multiply(Matrix a, boolean aColumns, Matrix b, boolean bColumns, int length, Matrix c) {
        if (c.rows == 0 || c.columns == 0) {
            return;
        }
        int width = kernels.floatColumns();
        left = grown(left, Panels.size(c.rows, Kernels.ROWS, length));
        right = grown(right, Panels.size(c.columns, width, length));
        int leftBlock = Math.min(LEFT_PANELS * Kernels.ROWS, roundUp(Math.ceilDiv(c.rows, 4), Kernels.ROWS));
        int leftBlocks = Math.ceilDiv(c.rows, leftBlock);
        int rightBlock = Math.min(RIGHT_PANELS * width, roundUp(Math.ceilDiv(c.columns, 4), width));
        int rightBlocks = Math.ceilDiv(c.columns, rightBlock);
        long work = (long) c.rows * c.columns * length;
        Parallel.each(0, leftBlocks + rightBlocks, work >= SMALL, t -> {
            if (t < leftBlocks) {
                pack(a, aColumns, t * leftBlock, leftBlock, c.rows, length, Kernels.ROWS, left);
            } else {
                pack(b, bColumns, (t - leftBlocks) * rightBlock, rightBlock, c.columns, length, width, right);
            }
        });
        Parallel.each(0, leftBlocks * rightBlocks, work >= SMALL, t -> {
            int i = t / rightBlocks * leftBlock;
            int j = t % rightBlocks * rightBlock;
            block(i, Math.min(c.rows, i + leftBlock), j, Math.min(c.columns, j + rightBlock), length, c);
        });
    }

    private static int roundUp(int count, int multiple) {
        return Math.ceilDiv(count, multiple) * multiple;
    }

    private static float[] grown(float[] buffer, int size) {
        return buffer.length >= size ? buffer : new float[size];
    }

    private static void pack(
            Matrix m, boolean columns, int first, int block, int all, int length, int width, float[] to) {
        int count = Math.min(block, all - first);
        if (columns) {
            Panels.packColumns(m.values, first, m.columns, length, count, width, to, first * length);
        } else {
            Panels.packRows(m.values, first * m.columns, m.columns, count, length, width, to, first * length);
        }
    }

    private void block(int fromRow, int toRow, int fromColumn, int toColumn, int length, Matrix c) {
        int width = kernels.floatColumns();
        float[] tile = new float[Kernels.ROWS * width];
        for (int j = fromColumn; j < toColumn; j += width) {
            int columns = Math.min(width, toColumn - j);
            for (int i = fromRow; i < toRow; i += Kernels.ROWS) {
                Arrays.fill(tile, 0);
                kernels.addDots(left, i * length, right, j * length, length, tile);
                for (int r = 0; r < Math.min(Kernels.ROWS, toRow - i); r++) {
                    System.arraycopy(tile, r * width, c.values, (i + r) * c.columns + j, columns);
                }
            }
        }
    }
}
