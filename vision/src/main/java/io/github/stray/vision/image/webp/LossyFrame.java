// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * A lossy image: a key frame of VP8 (RFC 6386), macroblock by macroblock of 16 x 16 luma samples and 8 x 8 of either chroma.
 */
final class LossyFrame {
    private static final int SIZE = 16;
    private static final int HALF = SIZE / 2;

    private final FrameHeader header;
    private final int columns;
    private final int rows;
    final Plane luma;
    final Plane blue;
    final Plane red;
    private final Coefficients coefficients;

    /** By column: the modes of the lowest blocks of 4 x 4 of the macroblock above. */
    private final byte[] above;

    /** The modes of the blocks to the left. */
    private final byte[] left = new byte[4];

    private final byte[] modes = new byte[SIZE];

    private LossyFrame(FrameHeader header) {
        this.header = header;
        columns = (header.width() + SIZE - 1) / SIZE;
        rows = (header.height() + SIZE - 1) / SIZE;
        luma = new Plane(SIZE * columns, SIZE * rows);
        blue = new Plane(HALF * columns, HALF * rows);
        red = new Plane(HALF * columns, HALF * rows);
        coefficients = new Coefficients(header.coefficientProbabilities(), columns);
        above = new byte[4 * columns];
    }

    /**
     * {@return the decoded planes, whole macroblocks of them}
     *
     * @param frame a frame, from its first byte on
     * @throws IOException if it is damaged or ends early
     */
    static LossyFrame decode(Part frame) throws IOException {
        var decoded = new LossyFrame(FrameHeader.read(frame));
        decoded.decode();
        return decoded;
    }

    private void decode() throws IOException {
        byte[] levels = new byte[columns * rows];
        boolean[] within = new boolean[columns * rows];
        for (int row = 0; row < rows; row++) {
            BoolDecoder in = header.partitions()[row % header.partitions().length];
            Arrays.fill(left, (byte) 0);
            coefficients.startRow();
            for (int column = 0; column < columns; column++) {
                int segment = segment();
                boolean skipped =
                        header.skipProbability() >= 0 && header.modes().bit(header.skipProbability());
                int mode = lumaMode();
                boolean subblocks = mode < 0;
                readModes(mode, column);
                int chromaMode = chromaMode();
                boolean some = false;
                if (skipped) {
                    coefficients.skip(column, subblocks);
                } else {
                    some = coefficients.read(in, column, subblocks, header.quantisers()[segment]);
                }
                luma(column, row, mode, some);
                chroma(blue, column, row, chromaMode, Coefficients.BLUE, some);
                chroma(red, column, row, chromaMode, Coefficients.RED, some);
                levels[row * columns + column] =
                        (byte) header.filter().levels()[FilterStrengths.index(segment, subblocks)];
                within[row * columns + column] = subblocks || some;
            }
            luma.extend(SIZE * row + SIZE - 1);
        }
        var filter = new LoopFilter(header.filter(), luma, blue, red);
        for (int row = 0, i = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++, i++) {
                if (levels[i] > 0) {
                    filter.macroblock(column, row, levels[i], within[i]);
                }
            }
        }
    }

    private int segment() throws IOException {
        int[] probabilities = header.segmentProbabilities();
        if (probabilities.length == 0) {
            return 0;
        }
        BoolDecoder in = header.modes();
        if (in.bit(probabilities[0])) {
            return in.bit(probabilities[2]) ? 3 : 2;
        }
        return in.bit(probabilities[1]) ? 1 : 0;
    }

    /** How luma is predicted as a whole, -1 if in blocks of 4 x 4. */
    private int lumaMode() throws IOException {
        BoolDecoder in = header.modes();
        if (!in.bit(145)) {
            return -1;
        }
        if (in.bit(156)) {
            return in.bit(128) ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL;
        }
        return in.bit(163) ? Prediction.VERTICAL : Prediction.DC;
    }

    private int chromaMode() throws IOException {
        BoolDecoder in = header.modes();
        if (!in.bit(142)) {
            return Prediction.DC;
        }
        if (!in.bit(114)) {
            return Prediction.VERTICAL;
        }
        return in.bit(183) ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL;
    }

    /** The modes of the blocks of 4 x 4, or what stands for them beside a macroblock that is predicted as a whole. */
    private void readModes(int mode, int column) throws IOException {
        if (mode >= 0) {
            byte same = (byte)
                    switch (mode) {
                        case Prediction.VERTICAL -> SubblockModes.VERTICAL;
                        case Prediction.HORIZONTAL -> SubblockModes.HORIZONTAL;
                        case Prediction.TRUE_MOTION -> SubblockModes.TRUE_MOTION;
                        default -> SubblockModes.DC;
                    };
            Arrays.fill(left, same);
            Arrays.fill(above, 4 * column, 4 * column + 4, same);
            return;
        }
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                byte read = (byte) SubblockModes.read(header.modes(), above[4 * column + x], left[y]);
                modes[4 * y + x] = read;
                above[4 * column + x] = read;
                left[y] = read;
            }
        }
    }

    private void luma(int column, int row, int mode, boolean some) {
        byte[] samples = luma.samples;
        if (mode >= 0) {
            Prediction.block(luma, SIZE * column, SIZE * row, SIZE, mode);
        }
        int aboveRight = luma.at(SIZE * column + SIZE, SIZE * row - 1);
        for (int i = 0; i < SIZE; i++) {
            int to = luma.at(SIZE * column + 4 * (i & 3), SIZE * row + 4 * (i >> 2));
            if (mode < 0) {
                // To the right of the last column nothing is decoded yet: the row above the macroblock serves all four.
                int corner = (i & 3) == 3 ? aboveRight : to - luma.stride + 4;
                Prediction.subblock(samples, to, luma.stride, corner, modes[i]);
            }
            if (some) {
                InverseTransform.add(
                        coefficients.values, Coefficients.BLOCK * i, coefficients.ends[i], samples, to, luma.stride);
            }
        }
    }

    private void chroma(Plane plane, int column, int row, int mode, int from, boolean some) {
        Prediction.block(plane, HALF * column, HALF * row, HALF, mode);
        for (int i = 0; some && i < 4; i++) {
            InverseTransform.add(
                    coefficients.values,
                    from + Coefficients.BLOCK * i,
                    coefficients.ends[from / Coefficients.BLOCK + i],
                    plane.samples,
                    plane.at(HALF * column + 4 * (i & 1), HALF * row + 4 * (i >> 1)),
                    plane.stride);
        }
    }

    int width() {
        return header.width();
    }

    int height() {
        return header.height();
    }
}
