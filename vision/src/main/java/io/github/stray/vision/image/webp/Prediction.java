// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.util.Arrays;

/** Samples of a block from those above it and to its left (RFC 6386, 12.2 and 12.3), written where the block lies. */
final class Prediction {
    static final int DC = 0;
    static final int VERTICAL = 1;
    static final int HORIZONTAL = 2;
    static final int TRUE_MOTION = 3;

    /**
     * Where the directional modes take their samples from: numbers of half steps along the line that leads up the left side
     * of a block of 4 x 4, round its corner and to the right above it. Row by row, by mode from vertical on.
     */
    private static final byte[][] HALF_STEPS = {
        {12, 14, 16, 18, 12, 14, 16, 18, 12, 14, 16, 18, 12, 14, 16, 18},
        {8, 8, 8, 8, 6, 6, 6, 6, 4, 4, 4, 4, 2, 2, 2, 2},
        {14, 16, 18, 20, 16, 18, 20, 22, 18, 20, 22, 24, 20, 22, 24, 26},
        {10, 12, 14, 16, 8, 10, 12, 14, 6, 8, 10, 12, 4, 6, 8, 10},
        {11, 13, 15, 17, 10, 12, 14, 16, 8, 11, 13, 15, 6, 10, 12, 14},
        {13, 15, 17, 19, 14, 16, 18, 20, 15, 17, 19, 22, 16, 18, 20, 24},
        {9, 10, 12, 14, 7, 8, 9, 10, 5, 6, 7, 8, 3, 4, 5, 6},
        {7, 6, 5, 4, 5, 4, 3, 2, 3, 2, 1, 1, 1, 1, 1, 1}
    };

    private static final int LINE = 13;

    private Prediction() {}

    /** A square block of 16 or 8 that begins at a column and row of its plane. */
    static void block(Plane plane, int x, int y, int size, int mode) {
        byte[] samples = plane.samples;
        int stride = plane.stride;
        int to = plane.at(x, y);
        switch (mode) {
            case DC -> fill(samples, to, stride, size, mean(plane, x, y, size));
            case VERTICAL -> {
                for (int row = 0, at = to; row < size; row++, at += stride) {
                    System.arraycopy(samples, to - stride, samples, at, size);
                }
            }
            case HORIZONTAL -> {
                for (int row = 0, at = to; row < size; row++, at += stride) {
                    Arrays.fill(samples, at, at + size, samples[at - 1]);
                }
            }
            default -> trueMotion(samples, to, stride, size);
        }
    }

    private static void fill(byte[] samples, int to, int stride, int size, byte sample) {
        for (int row = 0, at = to; row < size; row++, at += stride) {
            Arrays.fill(samples, at, at + size, sample);
        }
    }

    /** Of the samples above and to the left; of one side where the other lies outside the frame, the middle where both do. */
    private static byte mean(Plane plane, int x, int y, int size) {
        int sum = 0;
        int count = 0;
        if (y > 0) {
            for (int i = 0, at = plane.at(x, y - 1); i < size; i++, at++) {
                sum += plane.samples[at] & 0xFF;
            }
            count += size;
        }
        if (x > 0) {
            for (int i = 0, at = plane.at(x - 1, y); i < size; i++, at += plane.stride) {
                sum += plane.samples[at] & 0xFF;
            }
            count += size;
        }
        return (byte) (count == 0 ? 128 : (sum + count / 2) / count);
    }

    /** The sample above plus the step from the corner down the left side. */
    private static void trueMotion(byte[] samples, int to, int stride, int size) {
        int above = to - stride;
        int corner = samples[above - 1] & 0xFF;
        for (int row = 0, at = to; row < size; row++, at += stride) {
            int step = (samples[at - 1] & 0xFF) - corner;
            for (int i = 0; i < size; i++) {
                samples[at + i] = InverseTransform.clamp((samples[above + i] & 0xFF) + step);
            }
        }
    }

    /**
     * A block of 4 x 4.
     *
     * @param to index of its first sample
     * @param aboveRight index of the four samples above to its right
     */
    static void subblock(byte[] samples, int to, int stride, int aboveRight, int mode) {
        if (mode == SubblockModes.TRUE_MOTION) {
            trueMotion(samples, to, stride, 4);
            return;
        }
        if (mode == SubblockModes.DC) {
            int sum = 4;
            for (int i = 0; i < 4; i++) {
                sum += (samples[to - stride + i] & 0xFF) + (samples[to + i * stride - 1] & 0xFF);
            }
            fill(samples, to, stride, 4, (byte) (sum >> 3));
            return;
        }
        byte[] line = smoothed(samples, to, stride, aboveRight);
        byte[] steps = HALF_STEPS[mode - SubblockModes.VERTICAL];
        for (int row = 0, at = to; row < 16; row += 4, at += stride) {
            samples[at] = line[steps[row]];
            samples[at + 1] = line[steps[row + 1]];
            samples[at + 2] = line[steps[row + 2]];
            samples[at + 3] = line[steps[row + 3]];
        }
    }

    /**
     * The line of 13 samples, its ends repeated: at even places 2 i the mean of samples i - 1, i, i + 1, the middle one
     * counted twice; at odd ones 2 i + 1 that of samples i and i + 1.
     */
    private static byte[] smoothed(byte[] samples, int to, int stride, int aboveRight) {
        int[] line = new int[LINE + 2];
        for (int i = 0; i < 4; i++) {
            line[4 - i] = samples[to + i * stride - 1] & 0xFF;
            line[6 + i] = samples[to - stride + i] & 0xFF;
            line[10 + i] = samples[aboveRight + i] & 0xFF;
        }
        line[0] = line[1];
        line[5] = samples[to - stride - 1] & 0xFF;
        line[14] = line[13];
        byte[] smooth = new byte[2 * LINE + 2];
        for (int i = 1; i <= LINE; i++) {
            smooth[2 * i] = (byte) ((line[i - 1] + 2 * line[i] + line[i + 1] + 2) >> 2);
            smooth[2 * i + 1] = (byte) ((line[i] + line[i + 1] + 1) >> 1);
        }
        smooth[1] = (byte) line[0];
        return smooth;
    }
}
