// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * Minus the free energy: {@code s = T log sum_c exp(z_c / T)}, in the units of the logits; from {@code max z} to {@code max z
 * + T log C}.
 *
 * <h2>Options</h2>
 *
 * {@code temperature=T}, above 0, default 1.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * One class gives its own logit. NaN and infinite logits are errors. The largest logit is subtracted first, so no logit
 * overflows, and the smallest temperature gives the largest logit.
 *
 * <h2>Cost</h2>
 *
 * C exponentials a sample. State: none.
 *
 * <h2>Source</h2>
 *
 * Liu et al., Energy-based Out-of-distribution Detection, NeurIPS 2020 (arXiv 2010.03759), without the fine-tuning.
 *
 * @param temperature T, above 0
 */
public record Energy(double temperature) implements LogitScore {
    private static final String ID = "energy";
    private static final Option<Energy, Double> TEMPERATURE =
            Softmax.temperature("logits are divided by it", Energy::temperature);

    static final Method<Energy> METHOD = new Method<>(
            Energy.class,
            ID,
            "log-sum-exp of the logits",
            Needs.LOGITS.unfitted(),
            List.of(TEMPERATURE),
            given -> new Energy(given.get(TEMPERATURE)));

    /** Checks the temperature. */
    public Energy {
        Softmax.requireTemperature(temperature, ID);
    }

    /** Temperature 1. */
    public Energy() {
        this(TEMPERATURE.absent());
    }

    @Override
    public double value(double[] logits) {
        return Softmax.energy(logits, temperature);
    }
}
