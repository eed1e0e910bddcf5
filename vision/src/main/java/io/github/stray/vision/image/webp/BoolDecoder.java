// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the bits of lossy data, each of a stated probability (RFC 6386, section 7). Data that end before all bits are read
 * are refused as soon as a bit depends on what is missing.
 */
final class BoolDecoder {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int EVEN = 128;

    /** How many bytes are read at once: as many as libwebp reads, so that damaged data overflow alike. */
    private static final int AT_ONCE = 7;

    private final byte[] file;
    private final int end;
    private int at;
    private int range = 255;
    /** The data read so far less the intervals passed. Its lowest {@code ahead} bits do not matter for the next bit. */
    private long value;

    private int ahead = -Byte.SIZE;

    BoolDecoder(Part part) throws IOException {
        file = part.file();
        at = part.from();
        end = part.end();
        fill();
    }

    /**
     * {@return the next bit}
     *
     * @param probability how probable it is that the bit is not set, in 256ths
     */
    boolean bit(int probability) throws IOException {
        if (ahead < 0) {
            fill();
        }
        int split = 1 + (((range - 1) * probability) >> 8);
        boolean set = Integer.compareUnsigned((int) (value >>> ahead), split) >= 0;
        if (set) {
            value -= (long) split << ahead;
            range -= split;
        } else {
            range = split;
        }
        int shift = Integer.numberOfLeadingZeros(range) - (Integer.SIZE - Byte.SIZE);
        range <<= shift;
        ahead -= shift;
        return set;
    }

    /** The next bit of even probability, a little quicker than {@link #flag}, and with damaged data as libwebp has it. */
    boolean sign() throws IOException {
        if (ahead < 0) {
            fill();
        }
        int split = (range + 1) >> 1;
        int top = (int) (value >>> ahead);
        boolean set = split - 1 - top < 0;
        if (set) {
            value -= (long) split << ahead;
            range = 2 * (range - split);
        } else {
            range = 2 * split;
        }
        ahead--;
        return set;
    }

    boolean flag() throws IOException {
        return bit(EVEN);
    }

    int number(int bits) throws IOException {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number = number << 1 | (flag() ? 1 : 0);
        }
        return number;
    }

    /** A magnitude of so many bits, then its sign. */
    int signed(int bits) throws IOException {
        int magnitude = number(bits);
        return flag() ? -magnitude : magnitude;
    }

    /** A signed number where a flag says that there is one, else 0. */
    int optional(int bits) throws IOException {
        return flag() ? signed(bits) : 0;
    }

    private void fill() throws IOException {
        if (end - at >= Long.BYTES) {
            value = value << (AT_ONCE * Byte.SIZE) | (long) LONG.get(file, at) >>> Byte.SIZE;
            ahead += AT_ONCE * Byte.SIZE;
            at += AT_ONCE;
        } else if (at < end) {
            value = value << Byte.SIZE | (file[at++] & 0xFF);
            ahead += Byte.SIZE;
        } else {
            throw new IOException("its pixels end early");
        }
    }
}
