// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/**
 * Where the samples of a plane go when it is turned, mirrored or cut: sample x, y comes from {@code first + y * down + x *
 * across}.
 *
 * @param width afterwards
 * @param height afterwards
 * @param first place of the first sample
 * @param down from one row to the next
 * @param across from one column to the next
 */
record Move(int width, int height, int first, int down, int across) {
    /** Quarter turns against the clock. */
    static Move turn(int width, int height, int quarters) {
        int right = width - 1;
        int bottom = (height - 1) * width;
        return switch (quarters & 3) {
            case 1 -> new Move(height, width, right, -1, width);
            case 2 -> new Move(width, height, bottom + right, -width, -1);
            case 3 -> new Move(height, width, bottom, 1, -width);
            default -> new Move(width, height, 0, width, 1);
        };
    }

    /** Left and right exchanged, or top and bottom. */
    static Move mirror(int width, int height, boolean leftRight) {
        return leftRight
                ? new Move(width, height, width - 1, width, -1)
                : new Move(width, height, (height - 1) * width, -width, 1);
    }

    /** A part of a plane that is {@code stride} samples wide. */
    static Move cut(int stride, int left, int top, int width, int height) {
        return new Move(width, height, top * stride + left, stride, 1);
    }

    /** The samples of a plane, moved. */
    short[] of(short[] plane) {
        short[] moved = new short[width * height];
        for (int y = 0, at = 0; y < height; y++) {
            int from = first + y * down;
            for (int x = 0; x < width; x++, from += across) {
                moved[at++] = plane[from];
            }
        }
        return moved;
    }

    /** The pixels of an image of three bytes each, moved. */
    byte[] ofRgb(byte[] rgb) {
        byte[] moved = new byte[3 * width * height];
        for (int y = 0, at = 0; y < height; y++) {
            int from = 3 * (first + y * down);
            for (int x = 0; x < width; x++, from += 3 * across) {
                moved[at++] = rgb[from];
                moved[at++] = rgb[from + 1];
                moved[at++] = rgb[from + 2];
            }
        }
        return moved;
    }
}
