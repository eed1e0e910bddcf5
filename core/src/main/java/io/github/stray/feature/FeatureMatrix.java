// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;

/**
 * Feature rows {@code [n x d]}, read as float32, row-major ({@code x[i * d + j]}). The rows lie on the heap or in a mapped
 * file in F32, F16, BF16 or F64; callers cannot tell. Immutable and safe for concurrent use.
 *
 * <p>Rows of a mapped file are not inspected when the matrix is made: {@link FeatureSet#requireFinite()} does that.
 */
public final class FeatureMatrix {
    private final Tensor tensor;
    private final int rows;
    private final int dimension;

    private FeatureMatrix(Tensor tensor, int rows, int dimension) {
        this.tensor = tensor;
        this.rows = rows;
        this.dimension = dimension;
    }

    /**
     * {@return a matrix of rows copied from an array}
     *
     * @param rowMajor values, {@code rows * dimension} of them
     * @param rows number of rows, at least 0
     * @param dimension length of a row, at least 1
     * @throws IllegalArgumentException if the sizes disagree
     */
    public static FeatureMatrix copyOf(float[] rowMajor, int rows, int dimension) {
        if ((long) rows * dimension != rowMajor.length) {
            throw new IllegalArgumentException("%d x %d features need %d values, got %d"
                    .formatted(rows, dimension, (long) rows * dimension, rowMajor.length));
        }
        return of(Tensor.ofFloats(rowMajor, rows, dimension));
    }

    /**
     * {@return a matrix of rows copied from arrays}
     *
     * @param rows at least one row, all of one length of at least 1
     * @throws IllegalArgumentException if there is no row, or one has another length; the message says which
     */
    public static FeatureMatrix copyOf(float[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException(
                    "no rows, of which the dimension is unknown; use copyOf(new float[0], 0, dimension)");
        }
        int dimension = rows[0].length;
        float[] rowMajor = new float[Math.multiplyExact(rows.length, dimension)];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != dimension) {
                throw new IllegalArgumentException("feature row %d has dimension %d, the first row has %d"
                        .formatted(i, rows[i].length, dimension));
            }
            System.arraycopy(rows[i], 0, rowMajor, i * dimension, dimension);
        }
        return copyOf(rowMajor, rows.length, dimension);
    }

    /**
     * {@return the cosine of two rows, in double; 0 where one is zero}
     *
     * @param row of this matrix
     * @param other a matrix of the same dimension
     * @param otherRow row of the other
     * @throws IllegalArgumentException if the dimensions differ
     */
    public double cosine(int row, FeatureMatrix other, int otherRow) {
        if (other.dimension != dimension) {
            throw new IllegalArgumentException(
                    "rows of %d and %d numbers have no cosine".formatted(dimension, other.dimension));
        }
        float[] a = row(row);
        float[] b = other.row(otherRow);
        double dot = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int j = 0; j < a.length; j++) {
            dot += (double) a[j] * b[j];
            squares += (double) a[j] * a[j];
            otherSquares += (double) b[j] * b[j];
        }
        double norms = Math.sqrt(squares * otherSquares);
        return norms == 0 ? 0 : dot / norms;
    }

    /**
     * {@return a view of a tensor; nothing is copied}
     *
     * @param tensor floating point, two-dimensional {@code [n x d]}
     * @throws IllegalArgumentException if the tensor has another shape, holds integers, or d is 0
     */
    public static FeatureMatrix of(Tensor tensor) {
        long[] shape = tensor.shape();
        if (shape.length != 2 || !tensor.type().isFloat()) {
            throw new IllegalArgumentException("features must be floating point [n, d], got " + tensor);
        }
        if (shape[1] < 1 || shape[1] > Integer.MAX_VALUE || shape[0] > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "features must have 1 to 2^31-1 dimensions and at most 2^31-1 rows, got shape "
                            + Arrays.toString(shape));
        }
        return new FeatureMatrix(tensor, (int) shape[0], (int) shape[1]);
    }

    /** {@return the number of rows n, at least 0} */
    public int rows() {
        return rows;
    }

    /** {@return the length d of a row, at least 1} */
    public int dimension() {
        return dimension;
    }

    /** {@return the element type that rows are stored in} */
    public ElementType storage() {
        return tensor.type();
    }

    /**
     * Copies the rows {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @param from first row
     * @param to row after the last
     * @param target receives {@code (to - from) * dimension} values
     * @param offset first index written
     * @throws IndexOutOfBoundsException if the rows or the target range do not exist
     */
    public void copyRows(int from, int to, float[] target, int offset) {
        Objects.checkFromToIndex(from, to, rows);
        tensor.copyFloats((long) from * dimension, target, offset, Math.multiplyExact(to - from, dimension));
    }

    /**
     * {@return a copy of one row, {@code [d]}}
     *
     * @param i row index
     */
    public float[] row(int i) {
        float[] row = new float[dimension];
        copyRows(i, i + 1, row, 0);
        return row;
    }

    /** {@return n 64-bit hashes of each row's values, to find equal rows, which have equal hashes} */
    public long[] rowHashes() {
        long[] hashes = new long[rows];
        float[] row = new float[dimension];
        for (int i = 0; i < rows; i++) {
            copyRows(i, i + 1, row, 0);
            long hash = 0xcbf29ce484222325L;
            for (float value : row) {
                hash = (hash ^ Float.floatToIntBits(value)) * 0x100000001b3L;
                hash ^= hash >>> 29;
            }
            hashes[i] = hash;
        }
        return hashes;
    }

    /**
     * A view of some rows in the given order; repetitions are allowed and nothing is copied.
     *
     * @param indices row indices
     * @return the matrix of those rows
     * @throws IndexOutOfBoundsException if a row does not exist
     */
    public FeatureMatrix select(int[] indices) {
        return of(tensor.selectRows(indices));
    }

    /** {@return these rows as a tensor {@code [n x d]} in their own element type; nothing is copied} */
    public Tensor toTensor() {
        return tensor;
    }

    @Override
    public String toString() {
        return "FeatureMatrix[" + rows + " x " + dimension + ", " + tensor.type() + "]";
    }
}
