// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The product of a pseudo-inverse and a vector, {@code A^+ y}: of the x that minimise {@code |A x - y|} the one of smallest
 * norm.
 *
 * <p>A complete orthogonal decomposition by Householder reflections (Golub and Van Loan, Matrix Computations, 4th edition,
 * sections 5.4.2 and 5.4.7): {@code A P = Q R} with the column of largest remaining norm taken next, and
 * {@code R' = Z T} of the rows kept. A is never squared, so singular values count down to {@code max(m, n) * 2^-52} of the
 * largest. The rank is the number of pivots above that share of the first one; such pivots are estimates of the singular
 * values, within a small factor on all matrices met in practice.
 */
@SuppressWarnings("doclint:missing")
public final class MinimumNorm {
    private static final int PARALLEL_WORK = 1 << 15;

    private MinimumNorm() {}

    /**
     * {@code A^+ y}, {@code [n]}, of a finite A {@code [m x n]} with a row and a column at least and a finite y {@code [m]}; neither is
     * changed.
     */
    public static double[] solve(double[] a, int m, int n, double[] y, Kernels kernels) {
        double[] columns = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                columns[j * m + i] = a[i * n + j];
            }
        }
        int[] order = IntStream.range(0, n).toArray();
        double[] right = y.clone();
        double[] diagonal = new double[Math.min(m, n)];
        int rank = 0;
        double cut = 0;
        while (rank < diagonal.length) {
            double norm = pivot(columns, order, m, n, rank, kernels);
            if (rank == 0) {
                cut = Math.max(m, n) * 0x1p-52 * norm;
            }
            if (norm <= cut) {
                break;
            }
            diagonal[rank] = reflector(columns, rank * m + rank, m - rank, norm, kernels);
            reflectRows(columns, m, rank, n, kernels);
            reflect(columns, rank * m + rank, right, rank, m - rank, kernels);
            rank++;
        }
        double[] solution = ofSmallestNorm(rows(columns, diagonal, rank, m, n), rank, n, right, kernels);
        double[] x = new double[n];
        for (int j = 0; j < n; j++) {
            x[order[j]] = solution[j];
        }
        return x;
    }

    /** Brings the column of largest remaining norm, the first of equal ones, to place k; returns the norm. */
    private static double pivot(double[] columns, int[] order, int m, int n, int k, Kernels kernels) {
        double[] squares = new double[n];
        Parallel.each(
                k,
                n,
                large(n - k, m - k),
                j -> squares[j] = kernels.dot(columns, j * m + k, columns, j * m + k, m - k));
        int best = k;
        for (int j = k + 1; j < n; j++) {
            if (squares[j] > squares[best]) {
                best = j;
            }
        }
        double[] column = Arrays.copyOfRange(columns, best * m, (best + 1) * m);
        System.arraycopy(columns, k * m, columns, best * m, m);
        System.arraycopy(column, 0, columns, k * m, m);
        int moved = order[best];
        order[best] = order[k];
        order[k] = moved;
        return Math.sqrt(squares[best]);
    }

    /** Replaces a column of that norm by the unit vector v of the reflection I - 2 v v' that leaves its first entry only. */
    private static double reflector(double[] values, int at, int length, double norm, Kernels kernels) {
        double left = values[at] > 0 ? -norm : norm;
        values[at] -= left;
        double size = Math.sqrt(kernels.dot(values, at, values, at, length));
        for (int t = at; t < at + length; t++) {
            values[t] /= size;
        }
        return left;
    }

    private static void reflectRows(double[] rows, int length, int k, int count, Kernels kernels) {
        int at = k * length + k;
        Parallel.each(
                k + 1,
                count,
                large(count - k - 1, length - k),
                j -> reflect(rows, at, rows, j * length + k, length - k, kernels));
    }

    private static void reflect(double[] v, int vAt, double[] x, int xAt, int length, Kernels kernels) {
        double product = 2 * kernels.dot(v, vAt, x, xAt, length);
        for (int t = 0; t < length; t++) {
            x[xAt + t] -= product * v[vAt + t];
        }
    }

    /** R {@code [rank x n]} by rows. */
    private static double[] rows(double[] columns, double[] diagonal, int rank, int m, int n) {
        double[] rows = new double[rank * n];
        for (int i = 0; i < rank; i++) {
            rows[i * n + i] = diagonal[i];
            for (int j = i + 1; j < n; j++) {
                rows[i * n + j] = columns[j * m + i];
            }
        }
        return rows;
    }

    /** The z of smallest norm with R z = y, R of full row rank. */
    private static double[] ofSmallestNorm(double[] r, int rank, int n, double[] y, Kernels kernels) {
        double[] z = new double[n];
        double[] diagonal = new double[rank];
        for (int k = 0; k < rank; k++) {
            double norm = Math.sqrt(kernels.dot(r, k * n + k, r, k * n + k, n - k));
            diagonal[k] = reflector(r, k * n + k, n - k, norm, kernels);
            reflectRows(r, n, k, rank, kernels);
            z[k] = (y[k] - kernels.dot(r, k * n, z, 0, k)) / diagonal[k];
        }
        for (int k = rank - 1; k >= 0; k--) {
            reflect(r, k * n + k, z, k, n - k, kernels);
        }
        return z;
    }

    private static boolean large(int vectors, int length) {
        return (long) vectors * length >= PARALLEL_WORK;
    }
}
