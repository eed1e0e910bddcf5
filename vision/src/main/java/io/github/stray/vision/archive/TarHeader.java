// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A block of 512 bytes before an entry: POSIX's ustar, GNU's, and what was there before both.
 *
 * <p>Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar 1.35, "Basic Tar Format".
 */
final class TarHeader {
    static final int BLOCK = 512;

    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int GNU_MORE_HOLES = 482;

    private final byte[] block;

    TarHeader(byte[] block) {
        this.block = block;
    }

    /** Whether it is the block of zeros that ends an archive. */
    boolean isEnd() {
        return Arrays.equals(block, new byte[BLOCK]);
    }

    /** Whether the sum of its bytes is what it says; programs of old took bytes as signed. */
    boolean isWhole() {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + 8 ? (byte) ' ' : block[i];
            unsigned += b & 0xFF;
            signed += b;
        }
        long expected = number(CHECKSUM, 8);
        return expected == unsigned || expected == signed;
    }

    char type() {
        return (char) (block[TYPE] & 0xFF);
    }

    /** Bytes of content, -1 where that is no number. */
    long size() {
        return number(SIZE, 12);
    }

    String name() {
        String name = text(0, 100);
        boolean posix = new String(block, MAGIC, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
        String prefix = posix ? text(PREFIX, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String link() {
        return text(LINK, 100);
    }

    /** Whether a block of GNU's with further holes follows. */
    boolean hasMoreHoles() {
        return block[GNU_MORE_HOLES] != 0;
    }

    private String text(int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return decode(Arrays.copyOfRange(block, from, end));
    }

    /** UTF-8; where it is none, a character a byte, so that different names stay different. */
    static String decode(byte[] name) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(name, StandardCharsets.ISO_8859_1);
        }
    }

    /** Octal digits between spaces, none for 0, or GNU's binary form; -1 for anything else. */
    private long number(int from, int length) {
        if ((block[from] & 0x80) != 0) {
            return binary(from, length);
        }
        String digits = new String(block, from, length, StandardCharsets.ISO_8859_1);
        int end = digits.indexOf('\0');
        String octal = (end < 0 ? digits : digits.substring(0, end)).strip();
        if (octal.isEmpty()) {
            return 0;
        }
        long number = 0;
        for (int i = 0; i < octal.length(); i++) {
            int digit = octal.charAt(i) - '0';
            if (digit < 0 || digit > 7) {
                return -1;
            }
            number = 8 * number + digit;
        }
        return number;
    }

    private long binary(int from, int length) {
        long number = block[from] & 0x7F;
        for (int i = from + 1; i < from + length; i++) {
            if (number >> 55 != 0) {
                return -1;
            }
            number = (number << 8) | (block[i] & 0xFF);
        }
        return number;
    }
}
