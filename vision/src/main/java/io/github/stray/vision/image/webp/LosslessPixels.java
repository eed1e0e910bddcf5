// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Pixels as they are coded (RFC 9649, 3.6 and 3.7): single ones, copies of those before, and colours seen lately. Five codes
 * make a group: of green with lengths and kept colours, of red, blue and alpha, and of distances.
 */
final class LosslessPixels {
    private static final int GREEN = 0;
    private static final int RED = 1;
    private static final int BLUE = 2;
    private static final int ALPHA = 3;
    private static final int DISTANCE = 4;
    private static final int LITERALS = 256;
    private static final int COPIES = LITERALS + 24;
    private static final int[] ALPHABETS = {COPIES, LITERALS, LITERALS, LITERALS, 40};
    private static final int LARGEST_CACHE = 11;
    private static final int HASH = 0x1E35A7BD;
    private static final int[][] NEAR = near();

    private final LosslessBits in;
    private final int width;
    private final int[] pixels;
    private final int[] kept;
    private final int keptShift;

    private LosslessPixels(LosslessBits in, int width, int height, int cacheBits) {
        this.in = in;
        this.width = width;
        pixels = new int[Math.multiplyExact(width, height)];
        kept = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
        keptShift = Integer.SIZE - cacheBits;
    }

    /**
     * {@return the pixels of an image}
     *
     * @param main whether it may have a group of codes for each square of it
     */
    static int[] read(LosslessBits in, int width, int height, boolean main) throws IOException {
        int cacheBits = 0;
        if (in.flag()) {
            cacheBits = in.number(4);
            if (cacheBits < 1 || cacheBits > LARGEST_CACHE) {
                throw new IOException("its lossless image keeps 2^%d colours".formatted(cacheBits));
            }
        }
        var tiles = new LosslessTiles(Integer.SIZE - 2, 1, new int[1]);
        if (main && in.flag()) {
            tiles = LosslessTiles.read(in, width, height);
            tiles = new LosslessTiles(
                    tiles.bits(),
                    tiles.columns(),
                    IntStream.of(tiles.values())
                            .map(value -> value >> 8 & 0xFFFF)
                            .toArray());
        }
        PrefixCode[][] groups = groups(in, tiles.values(), cacheBits);
        var read = new LosslessPixels(in, width, height, cacheBits);
        read.read(tiles, groups);
        return read.pixels;
    }

    /** All groups up to the last one that is used; those that are not used are read and dropped. */
    private static PrefixCode[][] groups(LosslessBits in, int[] numbers, int cacheBits) throws IOException {
        boolean[] used = new boolean[1 + IntStream.of(numbers).max().orElse(0)];
        for (int number : numbers) {
            used[number] = true;
        }
        var groups = new PrefixCode[used.length][];
        for (int i = 0; i < groups.length; i++) {
            var codes = new PrefixCode[ALPHABETS.length];
            for (int j = 0; j < codes.length; j++) {
                int colours = j == GREEN && cacheBits > 0 ? 1 << cacheBits : 0;
                codes[j] = PrefixCode.read(in, ALPHABETS[j] + colours);
            }
            groups[i] = used[i] ? codes : new PrefixCode[0];
        }
        return groups;
    }

    private void read(LosslessTiles tiles, PrefixCode[][] groups) throws IOException {
        PrefixCode[] codes = groups[tiles.at(0, 0)];
        int x = 0;
        int y = 0;
        for (int at = 0; at < pixels.length; ) {
            if (tiles.begins(x)) {
                codes = groups[tiles.at(x, y)];
            }
            int symbol = codes[GREEN].symbol(in);
            int length = 1;
            if (symbol < LITERALS) {
                int red = codes[RED].symbol(in);
                int blue = codes[BLUE].symbol(in);
                int alpha = codes[ALPHA].symbol(in);
                put(at, alpha << 24 | red << 16 | symbol << 8 | blue);
            } else if (symbol < COPIES) {
                length = number(symbol - LITERALS);
                copy(at, length, distance(number(codes[DISTANCE].symbol(in))));
            } else {
                put(at, kept[symbol - COPIES]);
            }
            at += length;
            x += length;
            if (x >= width) {
                y += x / width;
                x %= width;
            }
            if (length > 1 && at < pixels.length) {
                codes = groups[tiles.at(x, y)];
            }
        }
    }

    private void put(int at, int pixel) {
        pixels[at] = pixel;
        if (kept.length > 0) {
            kept[(pixel * HASH) >>> keptShift] = pixel;
        }
    }

    private void copy(int to, int length, int distance) throws IOException {
        if (distance > to || length > pixels.length - to) {
            throw new IOException("its lossless image copies pixels that are not there");
        }
        for (int i = to; i < to + length; i++) {
            put(i, pixels[i - distance]);
        }
    }

    /** A length or distance: its magnitude is the symbol, its lower bits follow. */
    private int number(int symbol) throws IOException {
        if (symbol < 4) {
            return symbol + 1;
        }
        int bits = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << bits) + in.number(bits) + 1;
    }

    /** The first numbers are near pixels, however wide the image is. */
    private int distance(int number) {
        if (number > NEAR.length) {
            return number - NEAR.length;
        }
        int[] near = NEAR[number - 1];
        return Math.max(1, near[0] + near[1] * width);
    }

    /** Columns to the left and rows up of the 120 near pixels, the nearest first. */
    private static int[][] near() {
        return IntStream.rangeClosed(0, 7)
                .boxed()
                .flatMap(up -> IntStream.rangeClosed(up == 0 ? 1 : -7, 8).mapToObj(left -> new int[] {left, up}))
                .sorted(Comparator.<int[]>comparingInt(near -> near[0] * near[0] + near[1] * near[1])
                        .thenComparingInt(near -> Math.abs(near[0]))
                        .thenComparingInt(near -> -near[0]))
                .toArray(int[][]::new);
    }
}
