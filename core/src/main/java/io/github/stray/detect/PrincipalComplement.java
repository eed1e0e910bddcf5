// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.internal.linalg.Kernels;
import io.github.stray.internal.linalg.Scatter;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.internal.linalg.SymmetricEigen;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * What the principal directions of training rows about an origin leave over: unit eigenvectors {@code [m x d]} of the
 * second-moment matrix {@code 1/n sum (x_i - o)(x_i - o)'} with the m smallest eigenvalues.
 *
 * <p>Eigenvalues up to {@code d * 2^-52 * lambda_max} count as 0, as in the pseudo-inverse of {@link Mahalanobis}. The norm of
 * a projection is taken from its coordinates along these vectors, not from a difference of squares.
 */
@SuppressWarnings("ArrayRecordComponent")
record PrincipalComplement(double[] origin, double[] basis) {
    private static final String ORIGIN = "origin";
    private static final String COMPLEMENT = "complement";
    private static final int TILE = 96;

    /** The option {@code dimension}. */
    static <D> Option<D, OptionalInt> option(Function<D, OptionalInt> dimension) {
        return Option.wholeOrAuto(
                "dimension",
                "0 to d - 1, or auto",
                "principal directions; auto: 1000 if d >= 2048, 512 if d >= 768, else d/2",
                dimension);
    }

    static void requireDimension(OptionalInt dimension, String id) {
        int given = dimension.orElse(0);
        Option.require(given >= 0, id, "dimension", "be at least 0", given);
    }

    static int defaultDimension(int d) {
        return d >= 2048 ? 1000 : d >= 768 ? 512 : d / 2;
    }

    /** The dimension of the principal subspace for rows of d entries. */
    static int dimension(OptionalInt given, int d, String id) {
        int dimension = given.orElse(defaultDimension(d));
        if (dimension >= d) {
            throw new IllegalArgumentException(
                    "%s: dimension = %d of a space of %d dimensions leaves nothing over; give 0 to %d"
                            .formatted(id, dimension, d, d - 1));
        }
        return dimension;
    }

    /**
     * A complement and what is known of the training rows it was made from.
     *
     * @param complement of the principal directions
     * @param rank directions in which the training rows extend
     * @param tied whether the eigenvalues on both sides of the cut are equal within rounding, so that the subspace is
     *     arbitrary
     */
    record Found(PrincipalComplement complement, int rank, boolean tied) {
        List<String> notes() {
            return tied
                    ? List.of(
                            "the training rows extend as far along the last principal direction as along the next, within rounding, so which of the two is principal is arbitrary; another dimension avoids that")
                    : List.of();
        }
    }

    /** The complement of so many leading directions of some rows. */
    static Found of(HeadInputs training, double[] origin, int dimension, String id) {
        int d = training.dimension();
        if ((long) d * d > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%s keeps a d x d matrix and takes at most 46340 dimensions, the training rows have %d"
                            .formatted(id, d));
        }
        Scatter scatter = new Scatter(d, Simd.kernels());
        training.inOrder((from, inputs, count) -> {
            scatter.add(centred(inputs, count, origin), count);
        });
        double[] moments = scatter.matrix();
        for (int i = 0; i < moments.length; i++) {
            moments[i] /= training.size();
        }
        SymmetricEigen eigen = SymmetricEigen.of(moments, d, Simd.kernels());
        double[] values = eigen.values();
        double cut = d * 0x1p-52 * values[d - 1];
        int rank = (int) Arrays.stream(values).filter(value -> value > cut).count();
        int left = d - dimension;
        boolean tied = dimension > 0 && rank > dimension && values[left] - values[left - 1] <= cut;
        return new Found(new PrincipalComplement(origin, Arrays.copyOf(eigen.vectors(), left * d)), rank, tied);
    }

    static PrincipalComplement restore(Map<String, Tensor> state, OptionalInt dimension, int d, String id) {
        double[] origin = Inputs.require(state, ORIGIN, id, d).toDoubles();
        int left = d - dimension(dimension, d, id);
        return new PrincipalComplement(
                origin, Inputs.require(state, COMPLEMENT, id, left, d).toDoubles());
    }

    Map<String, Tensor> state() {
        int d = origin.length;
        return Map.of(
                ORIGIN, Tensor.ofDoubles(origin, d),
                COMPLEMENT, Tensor.ofDoubles(basis, basis.length / d, d));
    }

    /** The norm of the projection of each {@code x - origin}. */
    double[] norms(double[] inputs, int count) {
        int d = origin.length;
        int left = basis.length / d;
        double[] centred = centred(inputs, count, origin);
        Kernels kernels = Simd.kernels();
        double[] norms = new double[count];
        double[] tile = new double[count * TILE];
        for (int first = 0; first < left; first += TILE) {
            int size = Math.min(TILE, left - first);
            kernels.dots(centred, 0, count, basis, first, size, d, tile);
            for (int i = 0; i < count; i++) {
                for (int t = i * size; t < (i + 1) * size; t++) {
                    norms[i] += tile[t] * tile[t];
                }
            }
        }
        for (int i = 0; i < count; i++) {
            norms[i] = Math.sqrt(norms[i]);
        }
        return norms;
    }

    private static double[] centred(double[] inputs, int count, double[] origin) {
        int d = origin.length;
        double[] centred = new double[count * d];
        for (int i = 0; i < count; i++) {
            for (int t = 0; t < d; t++) {
                centred[i * d + t] = inputs[i * d + t] - origin[t];
            }
        }
        return centred;
    }
}
