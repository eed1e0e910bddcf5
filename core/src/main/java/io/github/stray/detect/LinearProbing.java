// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearProbe;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A score of the logits of a linear probe that is trained on features and labels: {@code z = W (x - m) / s + b}, with m and s
 * the mean and standard deviation of the training rows; see {@link LinearProbe}.
 *
 * <h2>Options</h2>
 *
 * {@code score=msp|energy|maxlogit|entropy|gen}, default {@code msp}; {@code temperature=T} for the first two. The probe:
 * {@code solver=adam|lbfgs}, {@code epochs}, {@code batch}, {@code seed}, by default the paper's recipe (Adam, 100 epochs,
 * batches of 256, seed 42). {@code lbfgs} converges on all rows at once, so with it epochs and batch may not be set.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * As {@link LinearProbe} and the score say: one class is refused, classes without rows are noted, a constant dimension is
 * centred only. Adam takes the rows in an order drawn by {@code seed} from the one they come in, so training rows in another
 * order give somewhat other scores; {@code lbfgs} gives the same up to its tolerance.
 *
 * <h2>Cost</h2>
 *
 * Training: 4 n d C multiply-adds an epoch. A sample: d * C. Logits are rounded to float32, so scores are those of the
 * trained head in a file. State: {@code head.weight} {@code [C x d]}, {@code head.bias} {@code [C]}, {@code head.mean} and
 * {@code head.scale} {@code [d]}.
 *
 * <h2>Source</h2>
 *
 * Adaloglou et al., TMLR 2024 (arXiv 2303.05828).
 *
 * @param scoring how the probe is trained and scored
 */
public record LinearProbing(ProbeScoring scoring) implements BuiltIn {
    private static final String ID = "linear-probe";

    static final Method<LinearProbing> METHOD = new Method<>(
            LinearProbing.class,
            ID,
            "score of the logits of a linear probe trained on labels",
            Needs.FEATURES.withLabels(),
            ProbeScoring.options(LinearProbing::scoring),
            given -> new LinearProbing(ProbeScoring.of(given)));

    /** The paper's recipe with its largest softmax probability. */
    public LinearProbing() {
        this(new ProbeScoring(ProbeScoring.Score.MSP));
    }

    @Override
    public FittedDetector fit(Training training) {
        FeatureSet samples = Inputs.requireTraining(training, ID);
        Inputs.requireLabels(samples, ID);
        return scoring.fit(this, samples, "label", List.of());
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return scoring.restore(this, space, state);
    }
}
