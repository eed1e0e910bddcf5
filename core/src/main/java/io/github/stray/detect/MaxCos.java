// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * Largest cosine of an image embedding with a class embedding: {@code s = max_c cos(x, t_c)}, in [-1, 1].
 *
 * <h2>Ties and degenerate input</h2>
 *
 * A zero image row has cosine 0 with every class. Ties do not change a score. NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * C * e multiply-adds a sample. State: {@code classes} {@code [C x e]}.
 *
 * <h2>Source</h2>
 *
 * The maximum concept matching of Ming et al., NeurIPS 2022 (arXiv 2211.13445) without its softmax.
 */
public record MaxCos() implements CosineScore {
    static final Method<MaxCos> METHOD = new Method<>(
            MaxCos.class,
            "maxcos",
            "largest cosine with a class name",
            Needs.LANGUAGE,
            List.of(),
            given -> new MaxCos());

    @Override
    public double score(double[] cosines) {
        return Softmax.max(cosines);
    }
}
