// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.internal.linalg.Simd;
import io.github.stray.internal.linalg.Whitening;
import java.util.function.Function;

/** A covariance {@code [d x d]}. Immutable as long as its array is left alone. */
@SuppressWarnings("ArrayRecordComponent")
record Covariance(double[] matrix, int dimension) {
    static Covariance of(double[] scatter, int dimension, double divisor) {
        double[] matrix = new double[scatter.length];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = scatter[i] / divisor;
        }
        return new Covariance(matrix, dimension);
    }

    /** The option {@code shrinkage}. */
    static <D> Option<D, Double> shrinkage(Function<D, Double> value) {
        return Option.number("shrinkage", 0, "0 to 1", "share of the isotropic covariance", value);
    }

    static void requireShrinkage(double shrinkage, String id) {
        Option.require(shrinkage >= 0 && shrinkage <= 1, id, "shrinkage", "lie in 0 .. 1", shrinkage);
    }

    /** A variant other than the canonical one leaves nothing to shrink; {@code fixed} is what it fixes. */
    static void requireShrinkage(double shrinkage, String id, Enum<?> variant, Enum<?> canonical, String fixed) {
        requireShrinkage(shrinkage, id);
        if (shrinkage > 0 && variant != canonical) {
            throw new IllegalArgumentException("%s: variant=%s fixes %s, so shrinkage must stay 0, was %s"
                    .formatted(id, Option.word(variant), fixed, shrinkage));
        }
    }

    double trace() {
        double trace = 0;
        for (int i = 0; i < dimension; i++) {
            trace += matrix[i * dimension + i];
        }
        return trace;
    }

    /** {@code (1 - a) S + a tr(S)/d I}. */
    Covariance shrunk(double a) {
        double diagonal = a * trace() / dimension;
        double[] shrunk = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            shrunk[i] = (1 - a) * matrix[i];
        }
        return new Covariance(shrunk, dimension).plusDiagonal(diagonal);
    }

    /** {@code S + value I}. */
    Covariance plusDiagonal(double value) {
        double[] sum = matrix.clone();
        for (int i = 0; i < dimension; i++) {
            sum[i * dimension + i] += value;
        }
        return new Covariance(sum, dimension);
    }

    Whitening whitening() {
        return Whitening.of(matrix, dimension, Simd.kernels());
    }
}
