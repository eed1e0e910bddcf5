// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * The coefficients of one macroblock after another (RFC 6386, section 13), already multiplied by their quantisers: 16 blocks
 * of luma, 4 of each chroma, 16 numbers a block. What blocks above and to the left held decides how the next is read.
 */
final class Coefficients {
    static final int BLOCK = 16;
    static final int BLUE = 16 * BLOCK;
    static final int RED = BLUE + 4 * BLOCK;

    private static final int LUMA_AFTER_SECOND = 0;
    private static final int SECOND = 1;
    private static final int CHROMA = 2;
    private static final int LUMA = 3;

    private static final int BAND = CoefficientProbabilities.CONTEXTS * CoefficientProbabilities.BRANCHES;
    private static final int KIND = CoefficientProbabilities.BANDS * BAND;
    /** Where the probabilities of a place in a block begin; the last is that behind the block. */
    private static final int[] BANDS = {
        0, BAND, 2 * BAND, 3 * BAND, 6 * BAND, 4 * BAND, 5 * BAND, 6 * BAND, 6 * BAND, 6 * BAND, 6 * BAND, 6 * BAND,
        6 * BAND, 6 * BAND, 6 * BAND, 7 * BAND, 0
    };

    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
    /** The probabilities of the bits that follow the tokens of large numbers. */
    private static final int[][] EXTRA = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    /** Whether blocks held something: 4 of luma, 2 of each chroma, 1 of the second transform. */
    private static final int EDGE = 9;

    private static final int EDGE_BLUE = 4;
    private static final int EDGE_RED = 6;
    private static final int EDGE_SECOND = 8;

    final short[] values = new short[24 * BLOCK];
    /** Places behind the last coefficient of each block: 0 where a block has none, 1 where it has its first only. */
    final byte[] ends = new byte[24];

    private final short[] second = new short[BLOCK];
    private final int[] probabilities;
    private final byte[] above;
    private final byte[] left = new byte[EDGE];

    Coefficients(int[] probabilities, int columns) {
        this.probabilities = probabilities;
        above = new byte[EDGE * columns];
    }

    void startRow() {
        Arrays.fill(left, (byte) 0);
    }

    /** A macroblock without any. */
    void skip(int column, boolean subblocks) {
        Arrays.fill(left, 0, EDGE_SECOND, (byte) 0);
        Arrays.fill(above, EDGE * column, EDGE * column + EDGE_SECOND, (byte) 0);
        if (!subblocks) {
            left[EDGE_SECOND] = 0;
            above[EDGE * column + EDGE_SECOND] = 0;
        }
    }

    /**
     * Reads those of a macroblock.
     *
     * @param subblocks whether its luma is predicted in blocks of 4 x 4, so without a second transform
     * @return whether anything is to be added to its prediction
     */
    boolean read(BoolDecoder in, int column, boolean subblocks, Quantiser quantiser) throws IOException {
        Arrays.fill(values, (short) 0);
        int edge = EDGE * column;
        boolean any = false;
        int first = 0;
        if (!subblocks) {
            first = 1;
            Arrays.fill(second, (short) 0);
            int context = above[edge + EDGE_SECOND] + left[EDGE_SECOND];
            int end = block(in, SECOND, context, 0, quantiser.secondDc(), quantiser.secondAc(), second, 0);
            above[edge + EDGE_SECOND] = left[EDGE_SECOND] = (byte) (end > 0 ? 1 : 0);
            InverseTransform.second(second, values);
        }
        int kind = subblocks ? LUMA : LUMA_AFTER_SECOND;
        for (int y = 0, at = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++, at += BLOCK) {
                int context = above[edge + x] + left[y];
                int end = block(in, kind, context, first, quantiser.lumaDc(), quantiser.lumaAc(), values, at);
                above[edge + x] = left[y] = (byte) (end > first ? 1 : 0);
                any |= ended(at, end);
            }
        }
        any |= chroma(in, edge + EDGE_BLUE, EDGE_BLUE, BLUE, quantiser);
        any |= chroma(in, edge + EDGE_RED, EDGE_RED, RED, quantiser);
        return any;
    }

    private boolean chroma(BoolDecoder in, int aboveAt, int leftAt, int to, Quantiser quantiser) throws IOException {
        boolean any = false;
        for (int y = 0, at = to; y < 2; y++) {
            for (int x = 0; x < 2; x++, at += BLOCK) {
                int context = above[aboveAt + x] + left[leftAt + y];
                int end = block(in, CHROMA, context, 0, quantiser.chromaDc(), quantiser.chromaAc(), values, at);
                above[aboveAt + x] = left[leftAt + y] = (byte) (end > 0 ? 1 : 0);
                any |= ended(at, end);
            }
        }
        return any;
    }

    /** Whether a block has something to add. Its first coefficient may have come from the second transform. */
    private boolean ended(int at, int end) {
        byte kept = (byte) (end > 1 ? end : values[at] == 0 ? 0 : 1);
        ends[at / BLOCK] = kept;
        return kept > 0;
    }

    /** Reads one block; returns the place behind its last coefficient, {@code first} or 0 where there is none. */
    private int block(BoolDecoder in, int kind, int context, int first, int dc, int ac, short[] to, int at)
            throws IOException {
        int[] tree = probabilities;
        int bands = KIND * kind;
        int place = first;
        int branch = bands + BANDS[place] + context * CoefficientProbabilities.BRANCHES;
        while (place < BLOCK) {
            if (!in.bit(tree[branch])) {
                return place;
            }
            while (!in.bit(tree[branch + 1])) {
                place++;
                if (place == BLOCK) {
                    return BLOCK;
                }
                branch = bands + BANDS[place];
            }
            int magnitude = in.bit(tree[branch + 2]) ? large(in, branch) : 1;
            int value = in.sign() ? -magnitude : magnitude;
            to[at + ZIGZAG[place]] = (short) (value * (place == 0 ? dc : ac));
            place++;
            branch = bands + BANDS[place] + (magnitude == 1 ? 1 : 2) * CoefficientProbabilities.BRANCHES;
        }
        return BLOCK;
    }

    /** A magnitude of 2 or more. */
    private int large(BoolDecoder in, int branch) throws IOException {
        int[] tree = probabilities;
        if (!in.bit(tree[branch + 3])) {
            if (!in.bit(tree[branch + 4])) {
                return 2;
            }
            return in.bit(tree[branch + 5]) ? 4 : 3;
        }
        if (!in.bit(tree[branch + 6])) {
            if (!in.bit(tree[branch + 7])) {
                return in.bit(159) ? 6 : 5;
            }
            int upper = in.bit(165) ? 9 : 7;
            return in.bit(145) ? upper + 1 : upper;
        }
        int size;
        if (in.bit(tree[branch + 8])) {
            size = in.bit(tree[branch + 10]) ? 3 : 2;
        } else {
            size = in.bit(tree[branch + 9]) ? 1 : 0;
        }
        int rest = 0;
        for (int probability : EXTRA[size]) {
            rest = 2 * rest + (in.bit(probability) ? 1 : 0);
        }
        return 3 + (8 << size) + rest;
    }
}
