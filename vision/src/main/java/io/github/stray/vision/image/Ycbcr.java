// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

/**
 * JFIF's YCbCr to RGB in fixed point with 16 fractional bits, rounded as libjpeg rounds: red and blue each to nearest,
 * both parts of green in one sum.
 */
final class Ycbcr {
    private static final int HALF = 1 << 15;
    private static final int RED_CR = fixed(1.40200);
    private static final int BLUE_CB = fixed(1.77200);
    private static final int GREEN_CR = fixed(0.71414);
    private static final int GREEN_CB = fixed(0.34414);

    private Ycbcr() {}

    static int red(int y, int cr) {
        return clamp(y + ((RED_CR * (cr - 128) + HALF) >> 16));
    }

    static int green(int y, int cb, int cr) {
        return clamp(y + ((-GREEN_CB * (cb - 128) - GREEN_CR * (cr - 128) + HALF) >> 16));
    }

    static int blue(int y, int cb) {
        return clamp(y + ((BLUE_CB * (cb - 128) + HALF) >> 16));
    }

    private static int fixed(double factor) {
        return (int) Math.round(factor * 65536);
    }

    private static int clamp(int value) {
        return Math.clamp(value, 0, 255);
    }
}
