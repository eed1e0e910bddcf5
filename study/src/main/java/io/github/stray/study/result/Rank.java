// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import java.util.OptionalDouble;

/**
 * How a cell compares with the best one.
 *
 * @param best whether it is the best; of equal ones the first
 * @param p two-sided p-value of the paired difference to the best by DeLong's test, by {@link io.github.stray.metric.Holm}'s
 *     correction for the number of comparisons; empty for the best itself and where there was nothing to compare
 */
public record Rank(boolean best, OptionalDouble p) {
    /** Not compared. */
    public static final Rank NONE = new Rank(false, OptionalDouble.empty());

    /** The best. */
    public static final Rank BEST = new Rank(true, OptionalDouble.empty());

    /** Below it a difference counts as significant. */
    public static final double LEVEL = 0.05;

    /** {@return whether it is the best, or may be as good by chance: is not significantly worse} */
    public boolean amongBest() {
        return best || (p.isPresent() && p.getAsDouble() >= LEVEL);
    }
}
