// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Energy of the head on clipped features: {@code s(x) = log sum_c exp(W min(x, t) + b)_c}, t a percentile of all n * d
 * training activations. x is the head's own input: {@code (x - mean) / scale} where the head carries them, in training as
 * in scoring.
 *
 * <h2>Options</h2>
 *
 * {@code percentile=q}, 0 to 100, default 90: t is the q-th percentile by linear interpolation between order statistics (R
 * type 7, NumPy's default), exact for any number of rows.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Ties do not change t. One row is enough. With {@code percentile=100} nothing of the training rows is clipped. No rows,
 * NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * Fitting reads the training rows at most five times, in memory that does not grow with them; a sample costs C * d
 * multiply-adds. State: {@code threshold} F64 {@code [1]}, and the head.
 *
 * <h2>Source</h2>
 *
 * Sun et al., ReAct: Out-of-distribution Detection With Rectified Activations, NeurIPS 2021 (arXiv 2111.12797).
 *
 * @param percentile which activation is the largest that stays, in percent
 */
public record React(double percentile) implements BuiltIn {
    private static final String ID = "react";
    private static final String THRESHOLD = "threshold";
    private static final Option<React, Double> PERCENTILE = Option.number(
            "percentile", 90, "0 to 100", "percentile of the training activations to clip at", React::percentile);

    static final Method<React> METHOD = new Method<>(
            React.class,
            ID,
            "energy of a linear head on features clipped from above",
            Needs.FEATURES.withHead(Needs.Head.REQUIRED),
            List.of(PERCENTILE),
            given -> new React(given.get(PERCENTILE)));

    /** Checks the percentile. */
    public React {
        Option.require(percentile >= 0 && percentile <= 100, ID, "percentile", "lie in 0 .. 100", percentile);
    }

    /** Clipped at the 90th percentile. */
    public React() {
        this(PERCENTILE.absent());
    }

    @Override
    public FittedDetector fit(Training training) {
        OnHead.Fitting to = OnHead.Fitting.of(training, ID);
        return with(to.head(), to.space(), ActivationQuantile.of(to.inputs(), percentile / 100));
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        double threshold = Inputs.require(state, THRESHOLD, ID, 1).toDoubles()[0];
        return with(Headed.head(space, state), space, threshold);
    }

    private FittedDetector with(LinearHead head, FeatureSpace space, double threshold) {
        return OnHead.fitted(
                this,
                space,
                head,
                List.of(),
                () -> Map.of(THRESHOLD, Tensor.ofDoubles(new double[] {threshold}, 1)),
                rows -> scores(rows, threshold));
    }

    private static double[] scores(OnHead.Rows rows, double threshold) {
        double[] clipped = rows.inputs().clone();
        for (int t = 0; t < clipped.length; t++) {
            clipped[t] = Math.min(clipped[t], threshold);
        }
        return rows.energies(clipped);
    }
}
