// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.Locale;

/** What a resize makes of the values between pixels. */
public enum Arithmetic {
    /** Whole levels of 0 to 255, rounded after each of the two passes, as Pillow does. */
    LEVELS,
    /** What comes out, neither rounded nor clamped, as PyTorch resizes floating-point images. */
    UNROUNDED;

    /**
     * The name used in cards and on the command line.
     *
     * @return {@code levels} or {@code unrounded}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a name.
     *
     * @param id {@code levels} or {@code unrounded}
     * @return the arithmetic
     * @throws IllegalArgumentException for any other text
     */
    public static Arithmetic of(String id) {
        return switch (id) {
            case "levels" -> LEVELS;
            case "unrounded" -> UNROUNDED;
            default ->
                throw new IllegalArgumentException(
                        "unknown arithmetic '%s', expected levels or unrounded".formatted(id));
        };
    }
}
