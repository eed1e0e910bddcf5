// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Optional;

/** Cholesky decomposition {@code S = L L'} of a symmetric positive definite matrix, row by row. */
public final class Cholesky {
    private Cholesky() {}

    /**
     * Decomposes.
     *
     * @param s {@code [d x d]} symmetric; only the lower triangle is read
     * @param d order
     * @param kernels inner loops
     * @return L {@code [d x d]}, zero above the diagonal; empty if a pivot is not positive
     */
    public static Optional<double[]> lower(double[] s, int d, Kernels kernels) {
        double[] l = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                l[i * d + j] = (s[i * d + j] - kernels.dot(l, i * d, l, j * d, j)) / l[j * d + j];
            }
            double pivot = s[i * d + i] - kernels.dot(l, i * d, l, i * d, i);
            if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
                return Optional.empty();
            }
            l[i * d + i] = Math.sqrt(pivot);
        }
        return Optional.of(l);
    }

    /**
     * Inverts a lower triangular matrix.
     *
     * @param l {@code [d x d]} with a diagonal of positive numbers
     * @param d order
     * @return its inverse, lower triangular
     */
    public static double[] inverseOfLower(double[] l, int d) {
        double[] inverse = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                double factor = l[i * d + j];
                for (int t = 0; t <= j; t++) {
                    inverse[i * d + t] -= factor * inverse[j * d + t];
                }
            }
            double pivot = l[i * d + i];
            for (int t = 0; t < i; t++) {
                inverse[i * d + t] /= pivot;
            }
            inverse[i * d + i] = 1 / pivot;
        }
        return inverse;
    }
}
