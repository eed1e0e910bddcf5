// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/**
 * Shares of green were subtracted from red, and shares of green and red from blue.
 *
 * @param width of the image
 * @param shares by square, in 32nds: of red in blue, of green in blue, of green in red, from the upper bits on
 */
record CrossColourTransform(int width, LosslessTiles shares) implements LosslessTransform {
    @Override
    public int[] undo(int[] pixels) {
        for (int y = 0, at = 0; at < pixels.length; y++) {
            int share = 0;
            for (int x = 0; x < width; x++, at++) {
                if (shares.begins(x)) {
                    share = shares.at(x, y);
                }
                int pixel = pixels[at];
                int green = pixel >> 8;
                int red = (pixel >> 16) + part(share, green);
                int blue = pixel + part(share >> 8, green) + part(share >> 16, red);
                pixels[at] = (pixel & 0xFF00FF00) | (red & 0xFF) << 16 | (blue & 0xFF);
            }
        }
        return pixels;
    }

    /** Both are signed numbers of 8 bits. */
    private static int part(int share, int level) {
        return ((byte) share * (byte) level) >> 5;
    }
}
