// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads bits of lossless data, the lowest of a byte first. Data that end before all bits are read are refused. */
final class LosslessBits {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** libwebp reads this many bytes of shorter data as if zeros followed them. */
    private static final int SHORTEST = Long.BYTES;

    private final byte[] data;
    private final int end;
    private int at;
    private long bits;
    private int count;

    LosslessBits(Part part) {
        if (part.length() < SHORTEST) {
            data = Arrays.copyOf(Arrays.copyOfRange(part.file(), part.from(), part.end()), SHORTEST);
            at = 0;
            end = SHORTEST;
        } else {
            data = part.file();
            at = part.from();
            end = part.end();
        }
    }

    /** The next 32 bits or more, zeros behind the end. */
    long peek() {
        if (count < Integer.SIZE) {
            fill();
        }
        return bits;
    }

    void skip(int length) throws IOException {
        count -= length;
        if (count < 0) {
            throw new IOException("its pixels end early");
        }
        bits >>>= length;
    }

    /** A number of so many bits, at most 31. */
    int number(int length) throws IOException {
        int number = (int) (peek() & (1L << length) - 1);
        skip(length);
        return number;
    }

    boolean flag() throws IOException {
        return number(1) != 0;
    }

    private void fill() {
        if (end - at >= Long.BYTES) {
            bits |= (long) LONG.get(data, at) << count;
            int taken = (Long.SIZE - 1 - count) >> 3;
            at += taken;
            count += Byte.SIZE * taken;
        } else {
            while (count <= Long.SIZE - Byte.SIZE && at < end) {
                bits |= (data[at++] & 0xFFL) << count;
                count += Byte.SIZE;
            }
        }
    }
}
