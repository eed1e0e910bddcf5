// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Optional;

/**
 * A linear map W with {@code |W x|^2 = x' S^+ x}, S^+ the symmetric pseudo-inverse of a covariance S.
 *
 * <p>Eigenvalues below {@code d * 2^-52 * lambda_max} are dropped. If S has none, W is the inverse of its Cholesky factor.
 * That is known without eigenvalues: {@code lambda_max <= |S|_F}, and {@code lambda_min >= 1 / |L^-1|_F^2} because
 * {@code S^-1 = L^-T L^-1}. As L is itself rounded, by an amount near {@code d * 2^-52 * lambda_max}, the bound must clear
 * the cut by a factor of {@value #MARGIN}; otherwise the eigen-decomposition decides.
 *
 * @param map {@code [rank x d]}, row-major
 * @param rank directions kept, 0 to d
 * @param dimension d
 */
@SuppressWarnings({"ArrayRecordComponent", "doclint:missing"})
public record Whitening(double[] map, int rank, int dimension) {
    private static final double MARGIN = 64;

    /**
     * The whitening of a finite covariance {@code [d x d]}, symmetric and positive semi-definite up to rounding; of rank 0 if it
     * is zero.
     */
    public static Whitening of(double[] covariance, int d, Kernels kernels) {
        return byCholesky(covariance, d, kernels).orElseGet(() -> byEigenvalues(covariance, d, kernels));
    }

    static Optional<Whitening> byCholesky(double[] covariance, int d, Kernels kernels) {
        return Cholesky.lower(covariance, d, kernels)
                .map(l -> Cholesky.inverseOfLower(l, d, kernels))
                .filter(inverse -> {
                    double smallest = 1 / kernels.dot(inverse, 0, inverse, 0, d * d);
                    double largest = Math.sqrt(kernels.dot(covariance, 0, covariance, 0, d * d));
                    return smallest > MARGIN * cut(d, largest);
                })
                .map(inverse -> new Whitening(inverse, d, d));
    }

    static Whitening byEigenvalues(double[] covariance, int d, Kernels kernels) {
        SymmetricEigen eigen = SymmetricEigen.of(covariance, d, kernels);
        double[] values = eigen.values();
        double cut = cut(d, values[d - 1]);
        int dropped = 0;
        while (dropped < d && !(values[dropped] > 0 && values[dropped] >= cut)) {
            dropped++;
        }
        int rank = d - dropped;
        double[] map = new double[rank * d];
        for (int i = 0; i < rank; i++) {
            double root = Math.sqrt(values[dropped + i]);
            for (int j = 0; j < d; j++) {
                map[i * d + j] = eigen.vectors()[(dropped + i) * d + j] / root;
            }
        }
        return new Whitening(map, rank, d);
    }

    private static double cut(int d, double largestEigenvalue) {
        return d * 0x1p-52 * largestEigenvalue;
    }

    /** Directions of the covariance that were dropped. */
    public int dropped() {
        return dimension - rank;
    }

    /**
     * Applies the map to rows {@code [count x d]}, which gives {@code [count x rank]}; a row's is the same bits whatever stands
     * beside it.
     */
    public double[] apply(double[] rows, int count, Kernels kernels) {
        double[] whitened = new double[Math.multiplyExact(count, rank)];
        packed(kernels).times(kernels, rows, 0, dimension, count, whitened, 0, rank);
        return whitened;
    }

    /** The map as the right operand of products. */
    DoublePanels packed(Kernels kernels) {
        return DoublePanels.ofRows(map, 0, dimension, rank, dimension, kernels.doubleColumns());
    }
}
