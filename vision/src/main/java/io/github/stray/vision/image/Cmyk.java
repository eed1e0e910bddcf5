// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

/** Ink to light, without colour management. */
final class Cmyk {
    private Cmyk() {}

    /** {@code light - ink * light / 255}, the quotient rounded to nearest; {@code light} is {@code 255 - k}. */
    static byte channel(int ink, int light) {
        int product = ink * light + 128;
        int rounded = (product + (product >> 8)) >> 8;
        return (byte) Math.max(0, light - rounded);
    }
}
