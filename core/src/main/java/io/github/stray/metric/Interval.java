// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

/**
 * A closed interval of fractions.
 *
 * @param lower lower end, in [0, 1]
 * @param upper upper end, in [lower, 1]
 */
public record Interval(double lower, double upper) {
    /** Checks the order and the range. */
    public Interval {
        if (!(0 <= lower && lower <= upper && upper <= 1)) {
            throw new IllegalArgumentException(
                    "an interval needs 0 <= lower <= upper <= 1, got [%s, %s]".formatted(lower, upper));
        }
    }
}
