// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
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
 * multiply-adds. State: {@code threshold} F64 {@code [1]}, and the head ({@code head.weight}, {@code head.bias}, and
 * {@code head.mean}, {@code head.scale} where it has them).
 *
 * <h2>Source</h2>
 *
 * Sun et al., ReAct: Out-of-distribution Detection With Rectified Activations, NeurIPS 2021 (arXiv 2111.12797).
 *
 * @param percentile which activation is the largest that stays, in percent
 */
public record React(double percentile) implements Detector {
    private static final String ID = "react";
    private static final String THRESHOLD = "threshold";
    private static final double DEFAULT_PERCENTILE = 90;
    private static final Needs NEEDS = Needs.FEATURES.withHead(Needs.Head.REQUIRED);

    static final DetectorDescription DESCRIPTION = new DetectorDescription(
            ID,
            "energy of a linear head on features clipped from above",
            NEEDS,
            List.of(new DetectorOption(
                    "percentile", "90.0", "0 to 100", "percentile of the training activations to clip at")));

    /** Checks the percentile. */
    public React {
        if (!(percentile >= 0 && percentile <= 100)) {
            throw new IllegalArgumentException("option percentile of react must lie in 0 .. 100, was " + percentile);
        }
    }

    /** Clipped at the 90th percentile. */
    public React() {
        this(DEFAULT_PERCENTILE);
    }

    static React of(Options options) {
        return new React(options.number("percentile", DEFAULT_PERCENTILE));
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, String> options() {
        return Map.of("percentile", Double.toString(percentile));
    }

    @Override
    public Needs needs() {
        return NEEDS;
    }

    @Override
    public FittedDetector fit(Training training) {
        FeatureSet samples = Inputs.requireTraining(training, ID);
        LinearHead head = Inputs.requireHead(training, ID);
        Inputs.requireSuits(head, samples);
        double threshold = ActivationQuantile.of(new HeadInputs(samples.features(), head), percentile / 100);
        return with(head, samples.space(), threshold);
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        double threshold = Inputs.require(state, THRESHOLD, ID, 1).toDoubles()[0];
        return with(Headed.head(space, state), space, threshold);
    }

    private FittedDetector with(LinearHead head, FeatureSpace space, double threshold) {
        Map<String, Tensor> learnt = Map.of(THRESHOLD, Tensor.ofDoubles(new double[] {threshold}, 1));
        return new OnHead(this, space, head, learnt, List.of(), rows -> scores(rows, threshold));
    }

    private static double[] scores(OnHead.Rows rows, double threshold) {
        double[] clipped = rows.inputs().clone();
        for (int t = 0; t < clipped.length; t++) {
            clipped[t] = Math.min(clipped[t], threshold);
        }
        double[][] logits = rows.logits(clipped);
        double[] scores = new double[rows.count()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Softmax.energy(logits[i], 1);
        }
        return scores;
    }
}
