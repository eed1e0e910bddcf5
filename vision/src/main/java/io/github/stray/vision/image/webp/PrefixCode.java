// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.util.Arrays;

/** A complete prefix code of up to 15 bits a symbol (RFC 9649, 3.7.2): short codes are looked up, long ones walked. */
final class PrefixCode {
    static final int LONGEST = 15;
    private static final int LOOKED_UP = 8;
    private static final int LENGTH_BITS = 4;
    private static final char LONG = 0xFFFF;
    private static final int[] LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final int UNTOLD = 8;

    /** By the next bits: the symbol, and the length of its code in the lowest bits. */
    private final char[] table;

    /** How many codes have each length, and their symbols in the order of their codes. */
    private final int[] counts = new int[LONGEST + 1];

    private final char[] symbols;

    private PrefixCode(int[] lengths, int alphabet) throws IOException {
        int longest = 0;
        for (int i = 0; i < alphabet; i++) {
            counts[lengths[i]]++;
            longest = Math.max(longest, lengths[i]);
        }
        int used = alphabet - counts[0];
        counts[0] = 0;
        symbols = new char[used];
        int[] starts = new int[LONGEST + 2];
        int open = 1;
        for (int length = 1; length <= LONGEST; length++) {
            starts[length + 1] = starts[length] + counts[length];
            open = 2 * open - counts[length];
            if (open < 0) {
                throw damaged();
            }
        }
        for (int i = 0; i < alphabet; i++) {
            if (lengths[i] > 0) {
                symbols[starts[lengths[i]]++] = (char) i;
            }
        }
        if (used == 1) {
            table = new char[] {(char) (symbols[0] << LENGTH_BITS)};
            return;
        }
        if (open != 0) {
            throw damaged();
        }
        table = new char[1 << Math.min(longest, LOOKED_UP)];
        fillTable();
    }

    private void fillTable() {
        Arrays.fill(table, LONG);
        int code = 0;
        int symbol = 0;
        for (int length = 1; 1 << length <= table.length; length++) {
            for (int i = 0; i < counts[length]; i++, code++, symbol++) {
                int reversed = Integer.reverse(code) >>> (Integer.SIZE - length);
                for (int at = reversed; at < table.length; at += 1 << length) {
                    table[at] = (char) (symbols[symbol] << LENGTH_BITS | length);
                }
            }
            code <<= 1;
        }
    }

    /** Reads a code for symbols below {@code alphabet}. */
    static PrefixCode read(LosslessBits in, int alphabet) throws IOException {
        // A simple code may name symbols up to 255 of a smaller alphabet; these are not part of it.
        int[] lengths = new int[Math.max(alphabet, 256)];
        if (in.flag()) {
            boolean two = in.flag();
            lengths[in.number(in.flag() ? 8 : 1)] = 1;
            if (two) {
                lengths[in.number(8)] = 1;
            }
        } else {
            readLengths(in, alphabet, lengths);
        }
        return new PrefixCode(lengths, alphabet);
    }

    private static void readLengths(LosslessBits in, int alphabet, int[] lengths) throws IOException {
        int[] ofLengths = new int[LENGTH_ORDER.length];
        int stated = 4 + in.number(4);
        for (int i = 0; i < stated; i++) {
            ofLengths[LENGTH_ORDER[i]] = in.number(3);
        }
        var code = new PrefixCode(ofLengths, ofLengths.length);
        int left = alphabet;
        if (in.flag()) {
            left = 2 + in.number(2 + 2 * in.number(3));
            if (left > alphabet) {
                throw damaged();
            }
        }
        int previous = UNTOLD;
        for (int symbol = 0; symbol < alphabet && left > 0; left--) {
            int token = code.symbol(in);
            if (token <= LONGEST) {
                lengths[symbol++] = token;
                previous = token == 0 ? previous : token;
                continue;
            }
            int repeat = switch (token) {
                case 16 -> 3 + in.number(2);
                case 17 -> 3 + in.number(3);
                default -> 11 + in.number(7);
            };
            if (symbol + repeat > alphabet) {
                throw damaged();
            }
            Arrays.fill(lengths, symbol, symbol + repeat, token == 16 ? previous : 0);
            symbol += repeat;
        }
    }

    int symbol(LosslessBits in) throws IOException {
        long bits = in.peek();
        char entry = table[(int) bits & table.length - 1];
        if (entry != LONG) {
            in.skip(entry & (1 << LENGTH_BITS) - 1);
            return entry >> LENGTH_BITS;
        }
        int code = 0;
        int first = 0;
        int symbol = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code = code << 1 | (int) (bits >> (length - 1) & 1);
            if (code - first < counts[length]) {
                in.skip(length);
                return symbols[symbol + code - first];
            }
            symbol += counts[length];
            first = (first + counts[length]) << 1;
        }
        throw damaged();
    }

    private static IOException damaged() {
        return new IOException("a code of its lossless data is wrong");
    }
}
