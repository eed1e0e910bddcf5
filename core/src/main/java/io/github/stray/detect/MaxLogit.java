// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * Maximum logit: {@code s = max_c z_c}, in the units of the logits.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Equal logits are as good as one. One class gives its own logit. NaN and infinite logits are errors.
 *
 * <h2>Cost</h2>
 *
 * C comparisons a sample. State: none.
 *
 * <h2>Source</h2>
 *
 * Hendrycks et al., Scaling Out-of-Distribution Detection for Real-World Settings, ICML 2022 (arXiv 1911.11132).
 */
public record MaxLogit() implements LogitScore {
    static final Method<MaxLogit> METHOD = new Method<>(
            MaxLogit.class, "maxlogit", "largest logit", Needs.LOGITS.unfitted(), List.of(), given -> new MaxLogit());

    @Override
    public double value(double[] logits) {
        return Softmax.max(logits);
    }
}
