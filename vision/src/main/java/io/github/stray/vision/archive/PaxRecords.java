// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.util.Arrays;

/**
 * What an extended header says of the entry behind it, as far as it is needed; empty texts where it says nothing. A header
 * is lines {@code LENGTH KEY=VALUE}, the length being that of the whole line with its line feed.
 */
record PaxRecords(String path, String link, long size, boolean sparse) {
    /** Nothing is said. */
    static final PaxRecords NONE = new PaxRecords("", "", -1, false);

    /** Digits of a length; no header is as long as the largest number of so many. */
    private static final int LENGTH_DIGITS = 9;

    /**
     * Reads a header.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    static PaxRecords of(byte[] header) {
        PaxRecords records = NONE;
        int at = 0;
        // Some writers fill the header up with zeros.
        while (at < header.length && header[at] != 0) {
            int space = indexOf(header, ' ', at, Math.min(header.length, at + LENGTH_DIGITS + 1));
            long length = space < 0 ? -1 : number(header, at, space);
            if (length <= space - at || length > header.length - at || header[(int) (at + length - 1)] != '\n') {
                throw new IllegalArgumentException("an extended header holds a record of an impossible length");
            }
            int end = (int) (at + length - 1);
            int equals = indexOf(header, '=', space + 1, end);
            if (equals < 0) {
                throw new IllegalArgumentException("an extended header holds a record without a value");
            }
            records = records.with(header, space + 1, equals, end);
            at = end + 1;
        }
        return records;
    }

    private PaxRecords with(byte[] header, int from, int equals, int end) {
        if (is(header, from, equals, "GNU.sparse.name")) {
            return new PaxRecords(text(header, equals, end), link, size, true);
        }
        if (is(header, from, equals, "path")) {
            // Of a sparse file it is no name that anyone gave.
            return sparse ? this : new PaxRecords(text(header, equals, end), link, size, false);
        }
        if (is(header, from, equals, "linkpath")) {
            return new PaxRecords(path, text(header, equals, end), size, sparse);
        }
        if (is(header, from, equals, "size") && end > equals + 1) {
            long said = number(header, equals + 1, end);
            if (said < 0) {
                throw new IllegalArgumentException("an extended header gives a size that is no number");
            }
            return new PaxRecords(path, link, said, sparse);
        }
        boolean holes = startsWith(header, from, equals, "GNU.sparse.");
        return holes ? new PaxRecords(path, link, size, true) : this;
    }

    private static String text(byte[] header, int equals, int end) {
        return TarHeader.decode(Arrays.copyOfRange(header, equals + 1, end));
    }

    private static boolean is(byte[] header, int from, int to, String key) {
        return to - from == key.length() && startsWith(header, from, to, key);
    }

    private static boolean startsWith(byte[] header, int from, int to, String key) {
        if (to - from < key.length()) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (header[from + i] != key.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(byte[] header, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (header[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Decimal digits, at least one; -1 for anything else. */
    private static long number(byte[] header, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = header[i] - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return from == to ? -1 : number;
    }
}
