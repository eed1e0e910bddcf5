// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then implicit QR steps
 * with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 4th edition, sections 8.3.1 to 8.3.3). Everything
 * works on rows: eigenvectors are kept as rows, so that a plane rotation mixes two contiguous rows.
 *
 * @param values d eigenvalues, ascending
 * @param vectors {@code [d x d]}; row i is the unit eigenvector of value i
 */
@SuppressWarnings({"ArrayRecordComponent", "doclint:missing"})
public record SymmetricEigen(double[] values, double[] vectors) {
    private static final int STEPS_PER_VALUE = 60;
    private static final int BATCH = 1 << 16;
    private static final int STRIPE = 16;
    private static final int ROW_BLOCK = 8;
    private static final int LARGE = 1 << 14;

    /**
     * Decomposes a symmetric matrix {@code [d x d]}, which is not changed.
     *
     * @throws IllegalArgumentException if an entry is not finite
     * @throws IllegalStateException if the iteration does not converge
     */
    public static SymmetricEigen of(double[] matrix, int d, Kernels kernels) {
        double largest = 0;
        for (double value : matrix) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a matrix to decompose must be finite, holds " + value);
            }
            largest = Math.max(largest, Math.abs(value));
        }
        double scale = largest == 0 ? 1 : Math.scalb(1.0, Math.getExponent(largest));
        double[] a = new double[d * d];
        for (int i = 0; i < a.length; i++) {
            a[i] = matrix[i] / scale;
        }
        double[] diagonal = new double[d];
        double[] beside = new double[d];
        double[] q = tridiagonalise(a, d, diagonal, beside, kernels);
        diagonalise(diagonal, beside, q, d, kernels);
        return sorted(diagonal, q, d, scale);
    }

    /*
     * Step k removes row k right of the first superdiagonal by a reflection H = I - 2 v v' of the trailing block,
     * A := H A H = A - v w' - w v' with w = 2 (p - (v'p) v), p = A v. The unit vectors v stay in the rows of a; they are
     * multiplied into Q' afterwards, last first, when most of Q' is still the identity.
     */
    private static double[] tridiagonalise(double[] a, int d, double[] diagonal, double[] beside, Kernels kernels) {
        double[] w = new double[d];
        for (int k = 0; k < d; k++) {
            diagonal[k] = a[k * d + k];
            int first = k + 1;
            int m = d - first;
            if (m == 0) {
                break;
            }
            int row = k * d + first;
            double norm = Math.sqrt(kernels.dot(a, row, a, row, m));
            double alpha = a[row] > 0 ? -norm : norm;
            beside[k] = alpha;
            double rest = m == 1 ? 0 : kernels.dot(a, row + 1, a, row + 1, m - 1);
            if (rest == 0) {
                beside[k] = a[row];
                Arrays.fill(a, row, row + m, 0);
                continue;
            }
            a[row] -= alpha;
            double length = Math.sqrt(a[row] * a[row] + rest);
            for (int t = row; t < row + m; t++) {
                a[t] /= length;
            }
            reflect(a, d, first, row, w, kernels);
        }
        return orthogonal(a, d, kernels);
    }

    private static void reflect(double[] a, int d, int first, int row, double[] w, Kernels kernels) {
        int m = d - first;
        boolean large = (long) m * m >= LARGE;
        Parallel.each(first, d, large, i -> w[i - first] = kernels.dot(a, i * d + first, a, row, m));
        double projection = kernels.dot(w, 0, a, row, m);
        for (int t = 0; t < m; t++) {
            w[t] = 2 * (w[t] - projection * a[row + t]);
        }
        Parallel.each(first, d, large, i -> {
            int at = i * d + first;
            kernels.addScaled(-a[row + i - first], w, 0, a, at, m);
            kernels.addScaled(-w[i - first], a, row, a, at, m);
        });
    }

    private static double[] orthogonal(double[] a, int d, Kernels kernels) {
        double[] q = new double[d * d];
        for (int i = 0; i < d; i++) {
            q[i * d + i] = 1;
        }
        Parallel.blocks(d, ROW_BLOCK, (long) Math.ceilDiv(d, ROW_BLOCK) * ROW_BLOCK * d >= LARGE, (start, end) -> {
            for (int k = Math.min(end - 2, d - 3); k >= 0; k--) {
                int first = k + 1;
                for (int i = Math.max(first, start); i < end; i++) {
                    double product = 2 * kernels.dot(q, i * d + first, a, k * d + first, d - first);
                    kernels.addScaled(-product, a, k * d + first, q, i * d + first, d - first);
                }
            }
        });
        return q;
    }

    private static void diagonalise(double[] diagonal, double[] beside, double[] q, int d, Kernels kernels) {
        Rotations rotations = new Rotations(q, d, kernels);
        int budget = STEPS_PER_VALUE * d;
        int high = d - 1;
        while (high > 0) {
            if (negligible(diagonal, beside, high - 1)) {
                beside[high - 1] = 0;
                high--;
                continue;
            }
            int low = high - 1;
            while (low > 0 && !negligible(diagonal, beside, low - 1)) {
                low--;
            }
            if (low > 0) {
                beside[low - 1] = 0;
            }
            if (budget-- == 0) {
                throw new IllegalStateException("eigenvalues of a %d x %d matrix did not converge".formatted(d, d));
            }
            step(diagonal, beside, low, high, rotations);
        }
        rotations.apply();
    }

    private static boolean negligible(double[] diagonal, double[] beside, int k) {
        return Math.abs(beside[k]) <= Math.ulp(1.0) / 2 * (Math.abs(diagonal[k]) + Math.abs(diagonal[k + 1]))
                || Math.abs(beside[k]) < Double.MIN_NORMAL;
    }

    private static void step(double[] diagonal, double[] beside, int low, int high, Rotations rotations) {
        double half = (diagonal[high - 1] - diagonal[high]) / 2;
        double b = beside[high - 1];
        double root = Math.hypot(half, b);
        double shift = diagonal[high] - b / ((half + (half >= 0 ? root : -root)) / b);
        double x = diagonal[low] - shift;
        double z = beside[low];
        for (int k = low; k < high; k++) {
            double r = Math.hypot(x, z);
            double c = r == 0 ? 1 : x / r;
            double s = r == 0 ? 0 : z / r;
            if (k > low) {
                beside[k - 1] = r;
            }
            double p = diagonal[k];
            double t = diagonal[k + 1];
            double e = beside[k];
            double change = s * (s * (t - p) + 2 * c * e);
            diagonal[k] = p + change;
            diagonal[k + 1] = t - change;
            beside[k] = (c - s) * (c + s) * e + c * s * (t - p);
            if (k + 1 < high) {
                x = beside[k];
                z = s * beside[k + 1];
                beside[k + 1] *= c;
            }
            rotations.add(k, c, s);
        }
    }

    private static SymmetricEigen sorted(double[] diagonal, double[] q, int d, double scale) {
        int[] order = IntStream.range(0, d)
                .boxed()
                .sorted((i, j) -> Double.compare(diagonal[i], diagonal[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[d];
        double[] vectors = new double[d * d];
        for (int i = 0; i < d; i++) {
            values[i] = diagonal[order[i]] * scale;
            System.arraycopy(q, order[i] * d, vectors, i * d, d);
        }
        return new SymmetricEigen(values, vectors);
    }

    /*
     * Rotations of neighbouring rows, collected over several steps and then applied stripe by stripe: 16 columns of
     * all rows are copied side by side, where they stay in the cache while thousands of rotations pass over them. In
     * place, rows a power of two apart would fall on the same few lines of it.
     */
    private static final class Rotations {
        private final double[] q;
        private final int d;
        private final Kernels kernels;
        private final int[] rows = new int[BATCH];
        private final double[] cosines = new double[BATCH];
        private final double[] sines = new double[BATCH];
        private int size;

        Rotations(double[] q, int d, Kernels kernels) {
            this.q = q;
            this.d = d;
            this.kernels = kernels;
        }

        void add(int row, double cosine, double sine) {
            if (size == BATCH) {
                apply();
            }
            rows[size] = row;
            cosines[size] = cosine;
            sines[size] = sine;
            size++;
        }

        void apply() {
            Parallel.blocks(d, STRIPE, true, (from, to) -> rotate(from, to - from));
            size = 0;
        }

        private void rotate(int from, int width) {
            double[] stripe = new double[d * STRIPE];
            for (int i = 0; i < d; i++) {
                System.arraycopy(q, i * d + from, stripe, i * STRIPE, width);
            }
            for (int i = 0; i < size; i++) {
                int upper = rows[i] * STRIPE;
                kernels.rotate(cosines[i], sines[i], stripe, upper, upper + STRIPE, STRIPE);
            }
            for (int i = 0; i < d; i++) {
                System.arraycopy(stripe, i * STRIPE, q, i * d + from, width);
            }
        }
    }
}
