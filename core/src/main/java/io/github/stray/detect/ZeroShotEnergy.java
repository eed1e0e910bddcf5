// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * Energy of the cosines with the class embeddings: {@code s = T log sum_c exp(cos(x, t_c) / T)}, at least the largest
 * cosine and at most that plus {@code T log C}. There is no logit scale.
 *
 * <h2>Options</h2>
 *
 * {@code temperature=T}, above 0, default 1.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * One class gives its cosine. A zero image row has cosine 0 with every class, so its score is {@code T log C}. The largest
 * cosine is subtracted first, so no temperature overflows. NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * C * e multiply-adds a sample. State: {@code classes} {@code [C x e]}.
 *
 * <h2>Source</h2>
 *
 * Liu et al., Energy-based Out-of-distribution Detection, NeurIPS 2020 (arXiv 2010.03759), on the zero-shot logits of
 * Adaloglou et al., TMLR 2024 (arXiv 2303.05828).
 *
 * @param temperature T, above 0
 */
public record ZeroShotEnergy(double temperature) implements CosineScore {
    private static final String ID = "zero-shot-energy";
    private static final Option<ZeroShotEnergy, Double> TEMPERATURE =
            Softmax.temperature("cosines are divided by it", ZeroShotEnergy::temperature);

    static final Method<ZeroShotEnergy> METHOD = new Method<>(
            ZeroShotEnergy.class,
            ID,
            "log-sum-exp of the cosines with the class names",
            Needs.LANGUAGE,
            List.of(TEMPERATURE),
            given -> new ZeroShotEnergy(given.get(TEMPERATURE)));

    /** Checks the temperature. */
    public ZeroShotEnergy {
        Softmax.requireTemperature(temperature, ID);
    }

    /** Temperature 1. */
    public ZeroShotEnergy() {
        this(TEMPERATURE.absent());
    }

    @Override
    public double score(double[] cosines) {
        return Softmax.energy(cosines, temperature);
    }
}
