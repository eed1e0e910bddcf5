// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.tukaani.xz.XZInputStream;

/**
 * The bytes of a strip or tile as they were before compression. Each method fills {@code to} and refuses data that end
 * before it is full, as libtiff does; what follows is not looked at.
 */
final class Decompression {
    private static final int LZMA_MEMORY_KIB = 128 << 10;

    private Decompression() {}

    /** Zlib's deflate; its checksum stands behind the pixels and counts only where the inflater comes to it. */
    static void deflate(byte[] data, byte[] to) throws IOException {
        var inflater = new Inflater();
        try {
            inflater.setInput(data);
            int at = 0;
            while (at < to.length) {
                int count = inflater.inflate(to, at, to.length - at);
                if (count == 0 && (inflater.finished() || inflater.needsInput() || inflater.needsDictionary())) {
                    throw endsEarly(at, to.length);
                }
                at += count;
            }
        } catch (DataFormatException e) {
            throw new TiffDamage("deflated data are invalid (%s)".formatted(e.getMessage()), e);
        } finally {
            inflater.end();
        }
    }

    /** An .xz stream. */
    static void lzma(byte[] data, byte[] to) throws IOException {
        try (var in = new XZInputStream(new ByteArrayInputStream(data), LZMA_MEMORY_KIB)) {
            int count = in.readNBytes(to, 0, to.length);
            if (count < to.length) {
                throw endsEarly(count, to.length);
            }
        } catch (TiffDamage e) {
            throw e;
        } catch (EOFException e) {
            throw new TiffDamage("LZMA data end early", e);
        } catch (IOException e) {
            throw new TiffDamage("LZMA data are invalid (%s)".formatted(e.getMessage()), e);
        }
    }

    /** TIFF 6.0, section 9. */
    static void packBits(byte[] data, byte[] to) throws IOException {
        int from = 0;
        int at = 0;
        while (at < to.length) {
            if (from >= data.length) {
                throw endsEarly(at, to.length);
            }
            int header = data[from++];
            if (header == -128) {
                continue;
            }
            int room = to.length - at;
            if (header >= 0) {
                int count = Math.min(header + 1, room);
                if (count > data.length - from) {
                    throw endsEarly(at, to.length);
                }
                System.arraycopy(data, from, to, at, count);
                from += count;
                at += count;
            } else {
                if (from >= data.length) {
                    throw endsEarly(at, to.length);
                }
                int count = Math.min(1 - header, room);
                Arrays.fill(to, at, at + count, data[from++]);
                at += count;
            }
        }
    }

    /**
     * TIFF 6.0, section 13: the first bit of a code is the highest of a byte, and codes grow one entry early. Files from
     * before that (libtiff calls them old-style) start with the lowest bit and grow later.
     */
    static void lzw(byte[] data, byte[] to) throws IOException {
        boolean old = data.length > 1 && data[0] == 0 && (data[1] & 1) != 0;
        int early = old ? 0 : 1;
        int[] starts = new int[4096];
        int[] lengths = new int[4096];
        int next = 258;
        int bits = 9;
        int previous = -1;
        int previousLength = 0;
        int at = 0;
        long bitAt = 0;
        long bitEnd = 8L * data.length;
        while (at < to.length) {
            if (bitAt + bits > bitEnd) {
                throw endsEarly(at, to.length);
            }
            int code = old ? lowFirst(data, bitAt, bits) : highFirst(data, bitAt, bits);
            bitAt += bits;
            if (code == 256) {
                next = 258;
                bits = 9;
                previous = -1;
                continue;
            }
            if (code == 257) {
                throw endsEarly(at, to.length);
            }
            int start = at;
            int length = 1;
            if (code < 256) {
                to[at] = (byte) code;
            } else {
                if (code > next || (code == next && previous < 0)) {
                    throw new TiffDamage("LZW data are invalid (code %d of %d)".formatted(code, next));
                }
                int source = code == next ? previous : starts[code];
                length = code == next ? previousLength + 1 : lengths[code];
                int room = Math.min(length, to.length - at);
                for (int i = 0; i < room; i++) {
                    to[at + i] = to[source + i];
                }
            }
            at += length;
            if (previous >= 0 && next < 4096) {
                starts[next] = previous;
                lengths[next] = previousLength + 1;
                next++;
                if (next + early >= 1 << bits && bits < 12) {
                    bits++;
                }
            }
            previous = start;
            previousLength = length;
        }
    }

    private static int highFirst(byte[] data, long bitAt, int bits) {
        int from = (int) (bitAt >> 3);
        int three = 0;
        for (int i = 0; i < 3; i++) {
            three = (three << 8) | (from + i < data.length ? data[from + i] & 0xFF : 0);
        }
        return (three >> (24 - bits - (int) (bitAt & 7))) & ((1 << bits) - 1);
    }

    private static int lowFirst(byte[] data, long bitAt, int bits) {
        int from = (int) (bitAt >> 3);
        int three = 0;
        for (int i = 2; i >= 0; i--) {
            three = (three << 8) | (from + i < data.length ? data[from + i] & 0xFF : 0);
        }
        return (three >> (int) (bitAt & 7)) & ((1 << bits) - 1);
    }

    static TiffDamage endsEarly(int got, int expected) {
        return new TiffDamage("data end early (%d of %d bytes)".formatted(got, expected));
    }
}
