// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * Colours were replaced by their places in a palette, those of several neighbours in one pixel's green if they are few.
 *
 * @param width of the image
 * @param height of the image
 * @param bits 2^bits places lie in one pixel, of 8 >> bits bits each
 * @param palette as many colours as places can be told, transparent black behind the last one
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record PaletteTransform(int width, int height, int bits, int[] palette) implements LosslessTransform {
    static PaletteTransform read(LosslessBits in, int width, int height) throws IOException {
        int colours = in.number(8) + 1;
        int bits = colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3;
        int[] palette = LosslessPixels.read(in, colours, 1, false);
        for (int i = 1; i < colours; i++) {
            palette[i] = PredictorTransform.add(palette[i - 1], palette[i]);
        }
        return new PaletteTransform(width, height, bits, Arrays.copyOf(palette, 1 << (Byte.SIZE >> bits)));
    }

    int packedWidth() {
        return LosslessTiles.count(width, bits);
    }

    @Override
    public int[] undo(int[] packed) {
        int[] pixels = new int[width * height];
        int size = Byte.SIZE >> bits;
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at++) {
                int places = packed[y * packedWidth() + (x >> bits)] >> 8 & 0xFF;
                int within = x & (1 << bits) - 1;
                pixels[at] = palette[places >> (size * within) & palette.length - 1];
            }
        }
        return pixels;
    }
}
