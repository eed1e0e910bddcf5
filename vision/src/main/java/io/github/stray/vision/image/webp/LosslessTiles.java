// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;

/**
 * A small image with a value for each square of pixels.
 *
 * @param bits the side of a square is 2^bits pixels
 * @param columns number of squares in a row
 * @param values row by row
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record LosslessTiles(int bits, int columns, int[] values) {
    static LosslessTiles read(LosslessBits in, int width, int height) throws IOException {
        int bits = 2 + in.number(3);
        int columns = count(width, bits);
        return new LosslessTiles(bits, columns, LosslessPixels.read(in, columns, count(height, bits), false));
    }

    /** How many runs of 2^bits make up a length. */
    static int count(int length, int bits) {
        return (length + (1 << bits) - 1) >> bits;
    }

    /** Whether a square begins at this column. */
    boolean begins(int x) {
        return (x & (1 << bits) - 1) == 0;
    }

    int at(int x, int y) {
        return values[(y >> bits) * columns + (x >> bits)];
    }
}
