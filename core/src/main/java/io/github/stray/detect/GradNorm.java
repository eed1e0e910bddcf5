// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSpace;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * How much the head's weights would have to change to make a sample undecided:
 * {@code s(x) = ||x||_1 ||C p - 1||_1}, with {@code p = softmax(W x + b)} and C the number of classes. That is the L1 norm
 * of the gradient of {@code -sum_c log p_c} in W; 1/C of it is the gradient of the cross-entropy with the uniform
 * distribution. x is the head's own input: {@code (x - mean) / scale} where the head carries them.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Equal logits and a zero x score 0, the lowest possible, and so does every sample if the head has one class. NaN and
 * infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * C * d multiply-adds a sample. Nothing is fitted. State: the head alone.
 *
 * <h2>Source</h2>
 *
 * Huang et al., On the Importance of Gradients for Detecting Distributional Shifts in the Wild, NeurIPS 2021 (arXiv
 * 2110.00218). Deviations: the closed form instead of back-propagation, the weights of the last layer only, temperature 1.
 */
public record GradNorm() implements BuiltIn {
    private static final String ID = "gradnorm";

    static final Method<GradNorm> METHOD = new Method<>(
            GradNorm.class,
            ID,
            "size of the gradient towards an undecided head",
            Needs.FEATURES.withHead(Needs.Head.REQUIRED).unfitted(),
            List.of(),
            given -> new GradNorm());

    @Override
    public FittedDetector fit(Training training) {
        OnHead.Given given = OnHead.Given.of(training, ID);
        return OnHead.fitted(this, given.space(), given.head(), GradNorm::scores);
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return OnHead.fitted(this, space, Headed.head(space, state), GradNorm::scores);
    }

    private static double[] scores(OnHead.Rows rows) {
        double[][] logits = rows.logits();
        double[] scores = new double[rows.count()];
        for (int i = 0; i < scores.length; i++) {
            double size = 0;
            for (double value : rows.input(i)) {
                size += Math.abs(value);
            }
            double decided = 0;
            for (double p : Softmax.of(logits[i], 1)) {
                decided += Math.abs(logits[i].length * p - 1);
            }
            scores[i] = size * decided;
        }
        return scores;
    }
}
