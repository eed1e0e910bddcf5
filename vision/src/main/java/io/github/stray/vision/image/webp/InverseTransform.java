// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/** From coefficients to what is added to predicted samples (RFC 6386, section 14), in the integers that are prescribed. */
final class InverseTransform {
    private static final int NARROW_FROM = 3;

    private InverseTransform() {}

    /** The second transform: from its 16 coefficients to the first coefficients of the 16 luma blocks. */
    static void second(short[] second, short[] blocks) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int outer = second[i] + second[12 + i];
            int inner = second[4 + i] + second[8 + i];
            int innerLess = second[4 + i] - second[8 + i];
            int outerLess = second[i] - second[12 + i];
            columns[i] = outer + inner;
            columns[4 + i] = outerLess + innerLess;
            columns[8 + i] = outer - inner;
            columns[12 + i] = outerLess - innerLess;
        }
        for (int row = 0; row < 16; row += 4) {
            int outer = columns[row] + 3 + columns[row + 3];
            int inner = columns[row + 1] + columns[row + 2];
            int innerLess = columns[row + 1] - columns[row + 2];
            int outerLess = columns[row] + 3 - columns[row + 3];
            blocks[16 * row] = (short) ((outer + inner) >> 3);
            blocks[16 * (row + 1)] = (short) ((outerLess + innerLess) >> 3);
            blocks[16 * (row + 2)] = (short) ((outer - inner) >> 3);
            blocks[16 * (row + 3)] = (short) ((outerLess - innerLess) >> 3);
        }
    }

    /**
     * Adds a block to the 4 x 4 samples that begin at {@code to}.
     *
     * @param from index of its first coefficient
     * @param end place behind its last coefficient
     */
    static void add(short[] coefficients, int from, int end, byte[] samples, int to, int stride) {
        if (end == 0) {
            return;
        }
        if (end == 1) {
            addFirst((coefficients[from] + 4) >> 3, samples, to, stride);
            return;
        }
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int at = from + i;
            int even = coefficients[at] + coefficients[at + 8];
            int evenLess = coefficients[at] - coefficients[at + 8];
            int odd = cosine(coefficients[at + 4]) + sine(coefficients[at + 12]);
            int oddLess = sine(coefficients[at + 4]) - cosine(coefficients[at + 12]);
            columns[i] = narrow(even + odd, end);
            columns[4 + i] = narrow(evenLess + oddLess, end);
            columns[8 + i] = narrow(evenLess - oddLess, end);
            columns[12 + i] = narrow(even - odd, end);
        }
        for (int y = 0, at = to; y < 16; y += 4, at += stride) {
            int even = columns[y] + 4 + columns[y + 2];
            int evenLess = columns[y] + 4 - columns[y + 2];
            int odd = cosine(columns[y + 1]) + sine(columns[y + 3]);
            int oddLess = sine(columns[y + 1]) - cosine(columns[y + 3]);
            samples[at] = clamp((samples[at] & 0xFF) + (narrow(even + odd, end) >> 3));
            samples[at + 1] = clamp((samples[at + 1] & 0xFF) + (narrow(evenLess + oddLess, end) >> 3));
            samples[at + 2] = clamp((samples[at + 2] & 0xFF) + (narrow(evenLess - oddLess, end) >> 3));
            samples[at + 3] = clamp((samples[at + 3] & 0xFF) + (narrow(even - odd, end) >> 3));
        }
    }

    private static void addFirst(int step, byte[] samples, int to, int stride) {
        for (int y = 0, at = to; y < 4; y++, at += stride) {
            for (int x = 0; x < 4; x++) {
                samples[at + x] = clamp((samples[at + x] & 0xFF) + step);
            }
        }
    }

    /**
     * Where libwebp adds in 16 bits. Only damaged data hold numbers so large that it shows; they then decode alike.
     */
    private static int narrow(int sum, int end) {
        return end > NARROW_FROM ? (short) sum : sum;
    }

    /** Times sqrt(2) cos(pi / 8). */
    private static int cosine(int value) {
        return value + ((value * 20091) >> 16);
    }

    /** Times sqrt(2) sin(pi / 8). */
    private static int sine(int value) {
        return (value * 35468) >> 16;
    }

    static byte clamp(int sample) {
        return (byte) Math.clamp(sample, 0, 255);
    }
}
