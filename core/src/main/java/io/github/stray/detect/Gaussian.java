// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Whitening;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Minus the squared Mahalanobis distance to the mean of all training rows: {@code s(x) = -(x - mu)' S^+ (x - mu)}, with S
 * the total covariance, divisor n. Up to a constant and a factor it is the log-density of one normal distribution.
 *
 * <h2>Options</h2>
 *
 * {@code shrinkage=a} replaces S by {@code (1 - a) S + a tr(S)/d I}. Rows are taken as they are.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Labels are not read. S^+ is the symmetric pseudo-inverse: directions whose eigenvalue lies below
 * {@code d * 2^-52 * lambda_max} are dropped, and a note says how many; a difference along them does not count. Rows that
 * are all equal, as a single one is, are refused: S is zero. No rows, NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * Double throughout: d * d multiply-adds a training row, d * r a sample. State, all F64: {@code center} {@code [d]},
 * {@code whitening} {@code [r x d]}, r the rank of S.
 *
 * <h2>Source</h2>
 *
 * The class-agnostic distance of Ren et al., A Simple Fix to Mahalanobis Distance for Improving Near-OOD Detection (arXiv
 * 2106.09022), used by itself.
 *
 * @param shrinkage share of the isotropic covariance, 0 to 1
 */
public record Gaussian(double shrinkage) implements BuiltIn {
    private static final String ID = "gaussian";
    private static final Option<Gaussian, Double> SHRINKAGE = Covariance.shrinkage(Gaussian::shrinkage);

    static final Method<Gaussian> METHOD = new Method<>(
            Gaussian.class,
            ID,
            "nearness to the mean of all training samples under their covariance",
            Needs.FEATURES,
            List.of(SHRINKAGE),
            given -> new Gaussian(given.get(SHRINKAGE)));

    /** Checks the shrinkage. */
    public Gaussian {
        Covariance.requireShrinkage(shrinkage, ID);
    }

    /** No shrinkage. */
    public Gaussian() {
        this(SHRINKAGE.absent());
    }

    @Override
    public FittedDetector fit(Training given) {
        FeatureSet training = Inputs.requireTraining(given, ID);
        int n = training.size();
        ClassStatistics all = ClassStatistics.of(new DoubleRows(training, false), new int[n], ID);
        Covariance total = all.total(n);
        if (total.trace() == 0) {
            throw new IllegalArgumentException(
                    "gaussian: the %d rows of '%s' are all equal, so there is no covariance to measure with; expected rows that differ"
                            .formatted(n, training.dataset()));
        }
        return with(training.space(), all.center(), total.shrunk(shrinkage).whitening());
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        double[] center = Inputs.require(state, WhitenedMeans.CENTER, ID, space.dimension())
                .toDoubles();
        Whitening whitening = WhitenedMeans.whitening(space, state, WhitenedMeans.WHITENING, ID);
        return with(space, center, whitening);
    }

    private FittedDetector with(FeatureSpace space, double[] center, Whitening whitening) {
        WhitenedMeans mean = WhitenedMeans.ofCenter(center, whitening);
        return mean.fitted(this, space, mean::centerState);
    }
}
