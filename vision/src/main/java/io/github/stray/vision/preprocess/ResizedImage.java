// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.ImageContent.Pixels;

/** An image of the network's input size that is not normalised yet. */
public sealed interface ResizedImage {
    /**
     * One of whole levels.
     *
     * @param pixels its levels
     */
    record Levels(Pixels pixels) implements ResizedImage {}

    /**
     * One whose values lie between levels; those of a bicubic resize may lie below 0 and above 255.
     *
     * @param width in pixels
     * @param height in pixels
     * @param rgb {@code 3 * width * height} values, R G B interleaved, row after row
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Unrounded(int width, int height, float[] rgb) implements ResizedImage {
        @Override
        public Pixels pixels() {
            byte[] levels = new byte[rgb.length];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = (byte) Math.clamp(Math.round(rgb[i]), 0, 255);
            }
            return new Pixels(width, height, levels);
        }
    }

    /**
     * The image to look at.
     *
     * @return levels, the nearest ones where there are none
     */
    Pixels pixels();
}
