// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import java.util.Locale;

/** What is done to the rows of a layer. */
public enum Normalisation {
    /** Rows are as the network gives them. */
    NONE,
    /** Rows are divided by their Euclidean norm; where the network does so itself, that changes rounding only. */
    L2;

    /**
     * The name used in cards and feature spaces.
     *
     * @return {@code none} or {@code l2}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a name.
     *
     * @param id {@code none} or {@code l2}
     * @return the normalisation
     * @throws IllegalArgumentException for any other text
     */
    public static Normalisation of(String id) {
        return switch (id) {
            case "none" -> NONE;
            case "l2" -> L2;
            default ->
                throw new IllegalArgumentException("unknown normalisation '%s', expected none or l2".formatted(id));
        };
    }
}
