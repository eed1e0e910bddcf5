// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * Maximum softmax probability: {@code s = max_c softmax(z / T)_c}, in (0, 1].
 *
 * <h2>Options</h2>
 *
 * {@code temperature=T}, above 0, default 1.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * One class gives 1 for every sample. NaN and infinite logits are errors. The largest logit is subtracted first, so no
 * logit overflows.
 *
 * <h2>Source</h2>
 *
 * Hendrycks and Gimpel, ICLR 2017 (arXiv 1610.02136); temperature: Liang et al. (ODIN), ICLR 2018 (arXiv 1706.02690),
 * without its input perturbation.
 *
 * @param temperature T, above 0
 */
public record Msp(double temperature) implements LogitScore {
    private static final String ID = "msp";
    private static final Option<Msp, Double> TEMPERATURE =
            Softmax.temperature("logits are divided by it", Msp::temperature);

    static final Method<Msp> METHOD = new Method<>(
            Msp.class,
            ID,
            "largest softmax probability",
            Needs.LOGITS.unfitted(),
            List.of(TEMPERATURE),
            given -> new Msp(given.get(TEMPERATURE)));

    /** Checks the temperature. */
    public Msp {
        Softmax.requireTemperature(temperature, ID);
    }

    /** Temperature 1. */
    public Msp() {
        this(TEMPERATURE.absent());
    }

    @Override
    public double value(double[] logits) {
        return Softmax.largest(logits, temperature);
    }
}
