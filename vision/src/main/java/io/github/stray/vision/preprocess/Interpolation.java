// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How pixels between pixels are found. All but the nearest ones widen their support when shrinking (antialiasing). */
public enum Interpolation {
    /** The pixel under the centre of the new one, as Pillow finds it. No antialiasing. */
    NEAREST(0),
    /** The same as PyTorch's {@code nearest-exact} finds it, in single precision; that may be the next pixel. */
    NEAREST_EXACT(0),
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

    /** Whether there is no kernel. */
    boolean isNearest() {
        return support == 0;
    }

    /**
     * The source pixels of a nearest one.
     *
     * @param from length of the source
     * @param to length of the whole result
     * @param first first pixel of the result that is wanted
     * @param size how many are wanted
     */
    int[] nearest(int from, int to, int first, int size) {
        int[] indices = new int[size];
        float scale = (float) from / to;
        double step = (double) from / to;
        // Pillow adds the step up instead of multiplying; the rounding of that sum decides between two pixels.
        double position = step * 0.5;
        for (int i = 0; i < first + size; i++) {
            if (i >= first) {
                double at = this == NEAREST ? position : (i + 0.5f) * scale;
                indices[i - first] = Math.min((int) at, from - 1);
            }
            position += step;
        }
        return indices;
    }

    /** Value of the kernel at a distance from its centre. */
    double weight(double x) {
        double r = Math.abs(x);
        return switch (this) {
            case NEAREST, NEAREST_EXACT -> throw new IllegalStateException("nearest has no kernel");
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
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
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
