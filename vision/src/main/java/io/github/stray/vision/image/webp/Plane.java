// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.util.Arrays;

/**
 * Samples of a frame with the border that its first blocks are predicted from (RFC 6386, 12.2 and 12.3): a row of 127
 * above, a column of 129 to the left, and a few samples to the right of each row.
 */
final class Plane {
    private static final int BORDER = 4;
    private static final byte ABOVE = 127;
    private static final byte LEFT = (byte) 129;

    final byte[] samples;
    final int width;
    final int height;
    /** How far apart samples below each other are. */
    final int stride;

    Plane(int width, int height) {
        this.width = width;
        this.height = height;
        stride = width + 2 * BORDER;
        samples = new byte[Math.multiplyExact(stride, height + 1)];
        Arrays.fill(samples, 0, stride, ABOVE);
        for (int y = 0; y < height; y++) {
            samples[at(-1, y)] = LEFT;
        }
    }

    /** Index of a sample. */
    int at(int x, int y) {
        return (y + 1) * stride + BORDER + x;
    }

    /** Repeats the last sample of a row beyond its end, where the block above to the right is asked for and there is none. */
    void extend(int y) {
        int end = at(width, y);
        Arrays.fill(samples, end, end + BORDER, samples[end - 1]);
    }
}
