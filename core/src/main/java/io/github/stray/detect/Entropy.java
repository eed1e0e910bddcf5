// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * Minus the Shannon entropy of the softmax probabilities: {@code s = sum_c p_c log p_c} with {@code p = softmax(z)}, in nats;
 * from {@code -log C} (no class stands out) to 0.
 *
 * <h2>Options</h2>
 *
 * None: the definition has no temperature.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * {@code 0 log 0} is 0. One class gives 0 for every sample. NaN and infinite logits are errors. {@code log p} comes from the
 * logits and not from p, so no p is too small for it, and the logarithm of a p next to 1 keeps its digits.
 *
 * <h2>Cost</h2>
 *
 * C exponentials a sample. State: none.
 *
 * <h2>Source</h2>
 *
 * Entropy of predictions as an uncertainty is older than OOD detection; used for it by Macedo et al., Entropic
 * Out-of-Distribution Detection, IJCNN 2021 (arXiv 1908.05569), without their loss.
 */
public record Entropy() implements LogitScore {
    static final Method<Entropy> METHOD = new Method<>(
            Entropy.class,
            "entropy",
            "minus the entropy of the softmax probabilities",
            Needs.LOGITS.unfitted(),
            List.of(),
            given -> new Entropy());

    @Override
    public double value(double[] logits) {
        int predicted = Softmax.argmax(logits);
        double max = logits[predicted];
        double others = 0;
        double weighted = 0;
        for (int c = 0; c < logits.length; c++) {
            if (c != predicted) {
                double share = Math.exp(logits[c] - max);
                others += share;
                weighted += share == 0 ? 0 : share * (logits[c] - max);
            }
        }
        return weighted / (1 + others) - Math.log1p(others);
    }
}
