// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

/** Grey as RGB. */
final class Grey {
    private Grey() {}

    /** Each sample three times. */
    static byte[] toRgb(byte[] samples) {
        byte[] rgb = new byte[Math.multiplyExact(3, samples.length)];
        for (int i = 0, to = 0; i < samples.length; i++, to += 3) {
            rgb[to] = samples[i];
            rgb[to + 1] = samples[i];
            rgb[to + 2] = samples[i];
        }
        return rgb;
    }
}
