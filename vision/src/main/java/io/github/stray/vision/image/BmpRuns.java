// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Run-length encoded pixels of a BMP file, step by step as Pillow reads them: what a row or a jump leaves out has index 0,
 * and data that end before the last pixel are refused.
 */
final class BmpRuns {
    private final ByteBuffer in;
    private final int width;
    private final byte[] stored;
    private final boolean nibbles;
    private int at;
    private int written;
    private int column;

    private BmpRuns(ByteBuffer in, int from, int width, int height, boolean nibbles) {
        this.in = in;
        this.at = from;
        this.width = width;
        this.stored = new byte[width * height];
        this.nibbles = nibbles;
    }

    /**
     * {@return an index a pixel, the top row first}
     *
     * @param from where the runs start
     * @param topDown whether the first row stored is the top one
     * @param nibbles whether an index has four bits, not eight
     */
    static byte[] decode(ByteBuffer in, int from, int width, int height, boolean topDown, boolean nibbles)
            throws IOException {
        var runs = new BmpRuns(in, from, width, height, nibbles);
        boolean more = true;
        while (more && runs.written < runs.stored.length && runs.at + 2 <= in.limit()) {
            more = runs.step(runs.next(), runs.next());
        }
        if (runs.written < runs.stored.length) {
            throw new DamagedImageException(
                    ImageFormat.BMP,
                    "its runs end early (%d of %d pixels)".formatted(runs.written, runs.stored.length));
        }
        if (topDown) {
            return runs.stored;
        }
        byte[] indices = new byte[runs.stored.length];
        for (int y = 0; y < height; y++) {
            System.arraycopy(runs.stored, (height - 1 - y) * width, indices, y * width, width);
        }
        return indices;
    }

    private int next() {
        return in.get(at++) & 0xFF;
    }

    /** One instruction; whether there may be another. */
    private boolean step(int count, int value) {
        if (count > 0) {
            int length = Math.min(count, Math.max(0, width - column));
            for (int i = 0; i < length; i++) {
                put(!nibbles ? value : i % 2 == 0 ? value >> 4 : value & 15);
            }
            column += length;
            return true;
        }
        return switch (value) {
            case 0 -> {
                skip((width - written % width) % width);
                column = 0;
                yield true;
            }
            case 1 -> false;
            case 2 -> {
                if (at + 2 > in.limit()) {
                    yield false;
                }
                int right = next();
                skip(right + (long) next() * width);
                column = written % width;
                yield true;
            }
            default -> {
                literal(value);
                yield true;
            }
        };
    }

    private void literal(int count) {
        int length = Math.min(count, stored.length - written);
        int bytes = nibbles ? (length + 1) / 2 : length;
        for (int i = 0; i < length && at + (nibbles ? i / 2 : i) < in.limit(); i++) {
            int two = in.get(at + (nibbles ? i / 2 : i)) & 0xFF;
            put(!nibbles ? two : i % 2 == 0 ? two >> 4 : two & 15);
        }
        at += bytes;
        column += count;
        at += at & 1;
    }

    private void put(int index) {
        if (written < stored.length) {
            stored[written++] = (byte) index;
        }
    }

    private void skip(long count) {
        int end = (int) Math.min(stored.length, written + count);
        Arrays.fill(stored, written, end, (byte) 0);
        written = end;
    }
}
