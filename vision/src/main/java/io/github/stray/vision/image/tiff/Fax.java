// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.IOException;
import java.util.Arrays;

/**
 * ITU-T T.4 and T.6, one bit a pixel, black being 1. Rows that an end-of-block code leaves out are white, as libtiff has
 * them; an unknown code is an error, where libtiff goes on with the next row.
 */
final class Fax {
    /** How rows are written. */
    enum Kind {
        /** Runs alone, rows start at a byte. */
        BYTES,
        /** Group 3: runs, or differences from the row above, between end-of-line codes. */
        GROUP_3,
        /** Group 4: differences from the row above. */
        GROUP_4
    }

    private final byte[] data;
    private final Kind kind;
    private final boolean twoDimensional;
    private final int width;
    private long bitAt;
    /** Columns at which the colour changes, in the row above and in this one; the first is to black. */
    private int[] above;

    private int aboveCount;
    private int[] changes;
    private int count;

    private Fax(byte[] data, Kind kind, boolean twoDimensional, int width) {
        this.data = data;
        this.kind = kind;
        this.twoDimensional = twoDimensional;
        this.width = width;
        above = new int[width + 4];
        changes = new int[width + 4];
    }

    /**
     * Fills {@code to} with rows.
     *
     * @param twoDimensional whether rows of group 3 say which kind they are of
     * @param width pixels of a row
     */
    static void decode(byte[] data, Kind kind, boolean twoDimensional, int width, byte[] to) throws IOException {
        var fax = new Fax(data, kind, twoDimensional, width);
        int rowBytes = (width + 7) / 8;
        Arrays.fill(to, (byte) 0);
        for (int row = 0; row + rowBytes <= to.length; row += rowBytes) {
            if (!fax.readRow()) {
                if (row == 0) {
                    throw Decompression.endsEarly(0, to.length);
                }
                return;
            }
            fax.write(to, row);
        }
    }

    /** Whether there was one. */
    private boolean readRow() throws IOException {
        int[] row = above;
        above = changes;
        aboveCount = count;
        changes = row;
        count = 0;
        switch (kind) {
            case BYTES -> {
                bitAt = (bitAt + 7) / 8 * 8;
                if (bitAt >= 8L * data.length) {
                    return false;
                }
                readRuns();
            }
            case GROUP_3 -> {
                if (!skipEndOfLine()) {
                    return false;
                }
                if (twoDimensional && next(1) == 0) {
                    bitAt++;
                    readDifferences();
                } else {
                    bitAt += twoDimensional ? 1 : 0;
                    readRuns();
                }
            }
            case GROUP_4 -> {
                if (next(12) == 1 || bitAt >= 8L * data.length) {
                    return false;
                }
                readDifferences();
            }
        }
        return true;
    }

    /** To the first bit after an end-of-line code; false where there is none, or where several end the block. */
    private boolean skipEndOfLine() {
        while (next(11) != 0) {
            bitAt++;
            if (bitAt >= 8L * data.length) {
                return false;
            }
        }
        while (next(1) == 0) {
            bitAt++;
            if (bitAt >= 8L * data.length) {
                return false;
            }
        }
        bitAt++;
        int tag = twoDimensional ? 1 : 0;
        int ahead = next(12 + tag);
        return (ahead & 0xFFF) != 1;
    }

    private void readRuns() throws IOException {
        int colour = 0;
        int column = 0;
        while (column < width) {
            column += readRun(colour);
            change(column);
            colour ^= 1;
        }
    }

    private int readRun(int colour) throws IOException {
        int run = 0;
        while (true) {
            int code = FaxCodes.code(colour, next(FaxCodes.BITS));
            if (code == 0) {
                throw unknown();
            }
            bitAt += code & 15;
            int length = code >> 4;
            run += length;
            if (length < 64) {
                return run;
            }
            if (run > width) {
                throw unknown();
            }
        }
    }

    private void readDifferences() throws IOException {
        int colour = 0;
        int column = -1;
        int search = 0;
        while (column < width) {
            // The first change above that is right of here and away from this colour.
            while (search > 0 && at(search - 1) > column) {
                search--;
            }
            while ((at(search) <= column && at(search) < width) || (search & 1) != colour) {
                search++;
            }
            int opposite = at(search);
            int mode = next(7);
            if (mode >> 6 == 1) {
                bitAt++;
                column = opposite;
                change(column);
                colour ^= 1;
            } else if (mode >> 4 == 3 || mode >> 4 == 2) {
                bitAt += 3;
                column = vertical(column, opposite, mode >> 4 == 3 ? 1 : -1);
                colour ^= 1;
            } else if (mode >> 4 == 1) {
                bitAt += 3;
                int first = Math.max(0, column) + readRun(colour);
                column = first + readRun(colour ^ 1);
                change(first);
                change(column);
            } else if (mode >> 3 == 1) {
                bitAt += 4;
                column = at(search + 1);
            } else if (mode >> 1 == 3 || mode >> 1 == 2) {
                bitAt += 6;
                column = vertical(column, opposite, mode >> 1 == 3 ? 2 : -2);
                colour ^= 1;
            } else if (mode == 3 || mode == 2) {
                bitAt += 7;
                column = vertical(column, opposite, mode == 3 ? 3 : -3);
                colour ^= 1;
            } else {
                throw unknown();
            }
        }
    }

    private int vertical(int column, int opposite, int shift) throws IOException {
        int to = opposite + shift;
        if (to < Math.max(0, column)) {
            throw unknown();
        }
        change(to);
        return to;
    }

    private int at(int change) {
        return change < aboveCount ? Math.min(width, above[change]) : width;
    }

    private void change(int column) throws IOException {
        if (column > width || count >= changes.length) {
            throw unknown();
        }
        changes[count++] = column;
    }

    private void write(byte[] to, int row) {
        for (int i = 0; i < count; i += 2) {
            int end = i + 1 < count ? changes[i + 1] : width;
            for (int x = changes[i]; x < end; x++) {
                to[row + (x >> 3)] |= (byte) (0x80 >> (x & 7));
            }
        }
    }

    /** The next bits, zeros behind the end. */
    private int next(int bits) {
        int from = (int) (bitAt >> 3);
        int three = 0;
        for (int i = 0; i < 3; i++) {
            three = (three << 8) | (from + i < data.length ? data[from + i] & 0xFF : 0);
        }
        return (three >> (24 - bits - (int) (bitAt & 7))) & ((1 << bits) - 1);
    }

    private TiffDamage unknown() {
        return bitAt >= 8L * data.length
                ? new TiffDamage("fax data end early (after %d bytes)".formatted(data.length))
                : new TiffDamage("fax data are invalid (bit %d of %d)".formatted(bitAt, 8L * data.length));
    }
}
