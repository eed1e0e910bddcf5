// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * Maximum concept matching: {@code s = max_c softmax(cos(x, t_c) / T)_c}, the largest share of one class name among all, in
 * (0, 1]. Pseudo-label probing calls it pseudo-MSP. There is no logit scale.
 *
 * <h2>Options</h2>
 *
 * {@code temperature=T}, above 0, default 1.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * One class gives 1 for every sample. A zero image row has cosine 0 with every class, so its score is 1/C. NaN and
 * infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * C * e multiply-adds a sample. State: {@code classes} {@code [C x e]}.
 *
 * <h2>Source</h2>
 *
 * Ming et al., Delving into Out-of-Distribution Detection with Vision-Language Representations, NeurIPS 2022 (arXiv
 * 2211.13445).
 *
 * @param temperature T, above 0
 */
public record Mcm(double temperature) implements CosineScore {
    private static final String ID = "mcm";
    private static final Option<Mcm, Double> TEMPERATURE =
            Softmax.temperature("cosines are divided by it", Mcm::temperature);

    static final Method<Mcm> METHOD = new Method<>(
            Mcm.class,
            ID,
            "largest softmax share of a class name",
            Needs.LANGUAGE,
            List.of(TEMPERATURE),
            given -> new Mcm(given.get(TEMPERATURE)));

    /** Checks the temperature. */
    public Mcm {
        Softmax.requireTemperature(temperature, ID);
    }

    /** Temperature 1. */
    public Mcm() {
        this(TEMPERATURE.absent());
    }

    @Override
    public double score(double[] cosines) {
        return Softmax.largest(cosines, temperature);
    }
}
