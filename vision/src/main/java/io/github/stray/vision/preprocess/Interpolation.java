// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How pixels between pixels are found. All but {@link #NEAREST} widen their support when shrinking (antialiasing). */
public enum Interpolation {
    /** The pixel under the centre of the new one. No antialiasing. */
    NEAREST(0),
    /** The mean of the pixels covered. */
    BOX(0.5),
    /** Triangle kernel. */
    BILINEAR(1),
    /** Keys' cubic kernel with {@code a = -0.5}. */
    BICUBIC(2),
    /** Windowed sinc with three lobes. */
    LANCZOS(3);

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** Radius of the kernel in source pixels at scale 1. */
    double support() {
        return support;
    }

    /** Value of the kernel at a distance from its centre. */
    double weight(double x) {
        double r = Math.abs(x);
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("nearest has no kernel");
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case BILINEAR -> r < 1 ? 1 - r : 0;
            case BICUBIC -> r < 1 ? (1.5 * r - 2.5) * r * r + 1 : r < 2 ? ((r - 5) * r + 8) * r * -0.5 + 2 : 0;
            case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        };
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : StrictMath.sin(Math.PI * x) / (Math.PI * x);
    }

    /** {@return the name used in cards, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a name.
     *
     * @param id such as {@code bilinear}
     * @return the interpolation
     * @throws IllegalArgumentException if there is none of that name; the message lists the names
     */
    public static Interpolation of(String id) {
        for (Interpolation interpolation : values()) {
            if (interpolation.id().equals(id)) {
                return interpolation;
            }
        }
        throw new IllegalArgumentException("unknown interpolation '%s', expected one of %s"
                .formatted(id, Arrays.stream(values()).map(Interpolation::id).collect(Collectors.joining(", "))));
    }
}
