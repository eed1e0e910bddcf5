// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

/** Ink to light, without colour management. */
final class Cmyk {
    private Cmyk() {}

    /** RGB of pixels of four samples, of which 255 is full ink. */
    static byte[] toRgb(byte[] samples) {
        byte[] rgb = new byte[samples.length / 4 * 3];
        for (int at = 0, to = 0; at < samples.length; at += 4, to += 3) {
            int light = 255 - (samples[at + 3] & 0xFF);
            for (int c = 0; c < 3; c++) {
                rgb[to + c] = channel(samples[at + c] & 0xFF, light);
            }
        }
        return rgb;
    }

    /** {@code light - ink * light / 255}, the quotient rounded to nearest; {@code light} is {@code 255 - k}. */
    static byte channel(int ink, int light) {
        int product = ink * light + 128;
        int rounded = (product + (product >> 8)) >> 8;
        return (byte) Math.max(0, light - rounded);
    }
}
