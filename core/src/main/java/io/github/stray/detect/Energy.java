// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;
import java.util.Map;

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

    static final DetectorDescription DESCRIPTION = new DetectorDescription(
            ID,
            "log-sum-exp of the logits",
            Needs.LOGITS.unfitted(),
            List.of(new DetectorOption("temperature", "1.0", "above 0", "logits are divided by it")));

    /** Checks the temperature. */
    public Energy {
        Softmax.requireTemperature(temperature, ID);
    }

    /** Temperature 1. */
    public Energy() {
        this(1);
    }

    static Energy of(Options options) {
        return new Energy(options.number("temperature", 1));
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, String> options() {
        return Map.of("temperature", Double.toString(temperature));
    }

    @Override
    public double value(double[] logits) {
        return Softmax.energy(logits, temperature);
    }
}
