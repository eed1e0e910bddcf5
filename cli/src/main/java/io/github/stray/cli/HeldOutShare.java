// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibratedDetector;

/** {@code split[:SHARE]}, the share of the samples that an option holds out. */
final class HeldOutShare {
    private static final String DEFAULT = "split";
    private static final String PREFIX = DEFAULT + ":";

    private HeldOutShare() {}

    static boolean isWrittenIn(String text) {
        return DEFAULT.equals(text) || text.startsWith(PREFIX);
    }

    /** The share that {@code option} gives, strictly between 0 and 1. */
    static double of(String option, String text) {
        if (DEFAULT.equals(text)) {
            return CalibratedDetector.DEFAULT_FRACTION;
        }
        double share;
        try {
            share = Double.parseDouble(text.substring(PREFIX.length()));
        } catch (NumberFormatException notANumber) {
            throw new UsageException("%s %s is no share; write for example split:0.2".formatted(option, text));
        }
        if (!(share > 0 && share < 1)) {
            throw new UsageException("%s %s: the share must lie strictly between 0 and 1".formatted(option, text));
        }
        return share;
    }
}
