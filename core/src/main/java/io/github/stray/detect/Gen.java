// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Minus the generalised entropy of the largest softmax probabilities: {@code s = -sum_c p_c^g (1 - p_c)^g} over the M
 * largest of {@code p = softmax(z)}; from {@code -M / 4^g} to 0.
 *
 * <h2>Options</h2>
 *
 * {@code gamma=g}, above 0 and at most 1, where the entropy is concave; default 0.1. {@code m=M}, at least 1; {@code auto},
 * the default, is 100, or C if there are fewer classes. M above C is an error. There is no temperature in the definition.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Among equal probabilities it does not matter which is taken. One class gives 0 for every sample. NaN and infinite logits
 * are errors. {@code 1 - p} of the predicted class is the sum of the others, which does not lose its digits next to p = 1: a
 * power of 0.1 makes 0.02 of 1e-17.
 *
 * <h2>Cost</h2>
 *
 * C exponentials, a sort of C values and 2 M powers a sample. State: none.
 *
 * <h2>Source</h2>
 *
 * Liu et al., GEN: Pushing the Limits of Softmax-Based Out-of-Distribution Detection, CVPR 2023.
 *
 * @param gamma g, above 0 and at most 1
 * @param m M, how many of the largest probabilities count; empty for 100, or C if smaller
 */
public record Gen(double gamma, OptionalInt m) implements LogitScore {
    private static final String ID = "gen";
    private static final int DEFAULT_M = 100;
    private static final Option<Gen, Double> GAMMA =
            Option.number("gamma", 0.1, "above 0, at most 1", "power of p (1 - p)", Gen::gamma);
    private static final Option<Gen, OptionalInt> M = Option.wholeOrAuto(
            "m",
            "1 to the number of classes, or auto",
            "how many of the largest probabilities count; auto is 100, or all if they are fewer",
            Gen::m);

    static final Method<Gen> METHOD = new Method<>(
            Gen.class,
            ID,
            "minus the generalised entropy of the largest softmax probabilities",
            Needs.LOGITS.unfitted(),
            List.of(GAMMA, M),
            given -> new Gen(given.get(GAMMA), given.get(M)));

    /** Checks the options. */
    public Gen {
        Option.require(gamma > 0 && gamma <= 1, ID, "gamma", "be above 0 and at most 1", gamma);
        Option.require(m.orElse(1) >= 1, ID, "m", "be at least 1", m.orElse(1));
    }

    /** Gamma 0.1 and the 100 largest probabilities, or all if they are fewer. */
    public Gen() {
        this(GAMMA.absent(), M.absent());
    }

    @Override
    public void requireSuits(int classes) {
        if (m.isPresent() && m.getAsInt() > classes) {
            throw new IllegalArgumentException(
                    "gen: m=%d of the largest probabilities are to count, and there are %d classes; take m=%d at most, or leave it out"
                            .formatted(m.getAsInt(), classes, classes));
        }
    }

    /** Generalised entropy of one row, which grows with strangeness. */
    @Override
    public double value(double[] logits) {
        double[] shares = logits.clone();
        Arrays.sort(shares);
        int predicted = shares.length - 1;
        double max = shares[predicted];
        double others = 0;
        for (int c = 0; c < predicted; c++) {
            shares[c] = Math.exp(shares[c] - max);
            others += shares[c];
        }
        double sum = 1 + others;
        double entropy = Math.pow(others / sum / sum, gamma);
        int kept = m.orElse(Math.min(DEFAULT_M, shares.length));
        for (int c = shares.length - kept; c < predicted; c++) {
            entropy += Math.pow(shares[c] / sum * ((sum - shares[c]) / sum), gamma);
        }
        return entropy;
    }

    @Override
    public Scores scores(double[] values) {
        return Scores.fromOutlierScores(values);
    }
}
