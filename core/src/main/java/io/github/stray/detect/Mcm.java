// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;
import java.util.Map;

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

    static final DetectorDescription DESCRIPTION = new DetectorDescription(
            ID,
            "largest softmax share of a class name",
            Needs.LANGUAGE,
            List.of(new DetectorOption("temperature", "1.0", "above 0", "cosines are divided by it")));

    /** Checks the temperature. */
    public Mcm {
        Softmax.requireTemperature(temperature, ID);
    }

    /** Temperature 1. */
    public Mcm() {
        this(1);
    }

    static Mcm of(Options options) {
        return new Mcm(options.number("temperature", 1));
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
    public double score(double[] cosines) {
        return 1 / Softmax.scaledSum(cosines, temperature);
    }
}
