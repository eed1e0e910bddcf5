// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/** Reads the header of a compressed picture bit by bit, most significant first. */
final class Bits {
    private final String header;
    private final byte[] data;
    private final int end;
    private long at;

    /** Reads bytes {@code from} to {@code end}; {@code header} names them in messages. */
    Bits(String header, byte[] data, int from, int end) {
        this.header = header;
        this.data = data;
        this.at = 8L * from;
        this.end = end;
    }

    boolean flag() throws DamagedHeifException {
        return u(1) == 1;
    }

    /** An unsigned number of 0 to 31 bits. */
    int u(int bits) throws DamagedHeifException {
        if (at + bits > 8L * end) {
            throw endsEarly();
        }
        int value = 0;
        for (int i = 0; i < bits; i++, at++) {
            value = (value << 1) | ((data[(int) (at >> 3)] >> (7 - (int) (at & 7))) & 1);
        }
        return value;
    }

    void skip(int bits) throws DamagedHeifException {
        if (at + bits > 8L * end) {
            throw endsEarly();
        }
        at += bits;
    }

    /** An Exp-Golomb code, below 2^31 - 1. */
    int ue() throws DamagedHeifException {
        int zeros = 0;
        while (!flag()) {
            if (++zeros > 30) {
                throw new DamagedHeifException("its %s holds an impossible number".formatted(header));
            }
        }
        return (1 << zeros) - 1 + u(zeros);
    }

    private DamagedHeifException endsEarly() {
        return new DamagedHeifException("its %s ends early".formatted(header));
    }
}
