// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the fields of a box one after another, big-endian, never beyond its end. */
final class Fields {
    private final String box;
    private final byte[] file;
    private final int end;
    private int at;

    Fields(String box, byte[] file, int from, int end) {
        this.box = box;
        this.file = file;
        this.at = from;
        this.end = end;
    }

    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    void skip(int bytes) throws DamagedHeifException {
        need(bytes);
        at += bytes;
    }

    int u8() throws DamagedHeifException {
        need(1);
        return file[at++] & 0xFF;
    }

    int u16() throws DamagedHeifException {
        return (u8() << 8) | u8();
    }

    long u32() throws DamagedHeifException {
        return ((long) u16() << 16) | u16();
    }

    /** Values of 2^63 and more come out negative. */
    long u64() throws DamagedHeifException {
        return (u32() << 32) | u32();
    }

    /** An unsigned number of 0 (which reads as 0), 2, 4 or 8 bytes. */
    long unsigned(int bytes) throws DamagedHeifException {
        return switch (bytes) {
            case 0 -> 0;
            case 2 -> u16();
            case 4 -> u32();
            case 8 -> u64();
            default -> throw new DamagedHeifException("its '%s' box has fields of %d bytes".formatted(box, bytes));
        };
    }

    String fourCharacters() throws DamagedHeifException {
        need(4);
        at += 4;
        return Brand.fourCharacters(file, at - 4);
    }

    /** Characters up to a zero, or to the end. */
    String text() {
        int from = at;
        while (at < end && file[at] != 0) {
            at++;
        }
        String text = new String(file, from, at - from, StandardCharsets.ISO_8859_1);
        at = Math.min(at + 1, end);
        return text;
    }

    byte[] bytes(int length) throws DamagedHeifException {
        need(length);
        at += length;
        return Arrays.copyOfRange(file, at - length, at);
    }

    private void need(int bytes) throws DamagedHeifException {
        if (bytes < 0 || bytes > end - at) {
            throw new DamagedHeifException("its '%s' box ends early".formatted(box));
        }
    }
}
