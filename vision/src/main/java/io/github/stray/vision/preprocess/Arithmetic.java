// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.Locale;

/** What a resize makes of the values between pixels. */
public enum Arithmetic {
    /** Whole levels of 0 to 255, rounded after each of the two passes, as Pillow does. */
    LEVELS,
    /**
     * Whole levels, as torchvision resizes 8-bit tensors: rows always first, weights of 16 bits. Source: PyTorch's {@code
     * upsample_avx_bilinear_bicubic_uint8}, which runs on processors with AVX2.
     */
    TORCHVISION,
    /** What comes out, neither rounded nor clamped, as PyTorch resizes floating-point images. */
    UNROUNDED;

    /**
     * The name used in cards and on the command line.
     *
     * @return {@code levels}, {@code torchvision} or {@code unrounded}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a name.
     *
     * @param id {@code levels}, {@code torchvision} or {@code unrounded}
     * @return the arithmetic
     * @throws IllegalArgumentException for any other text
     */
    public static Arithmetic of(String id) {
        return switch (id) {
            case "levels" -> LEVELS;
            case "torchvision" -> TORCHVISION;
            case "unrounded" -> UNROUNDED;
            default ->
                throw new IllegalArgumentException(
                        "unknown arithmetic '%s', expected levels, torchvision or unrounded".formatted(id));
        };
    }
}
