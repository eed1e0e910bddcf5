// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/** Green was subtracted from red and blue. */
record GreenTransform() implements LosslessTransform {
    @Override
    public int[] undo(int[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            int green = pixels[i] >> 8 & 0xFF;
            int redAndBlue = (pixels[i] & 0x00FF00FF) + (green << 16 | green);
            pixels[i] = (pixels[i] & 0xFF00FF00) | (redAndBlue & 0x00FF00FF);
        }
        return pixels;
    }
}
