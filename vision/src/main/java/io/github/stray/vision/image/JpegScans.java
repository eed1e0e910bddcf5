// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

/**
 * What a JPEG's segments say from the first to the last.
 *
 * @param end whether they lead to an end-of-image marker
 * @param tables whether each scan finds the Huffman tables it names; libjpeg-turbo takes the usual ones where it does not
 * @param count how many scans there are
 */
record JpegScans(boolean end, boolean tables, int count) {
    static JpegScans of(byte[] file) {
        int defined = 0;
        boolean tables = true;
        int count = 0;
        int at = 2;
        while (at + 1 < file.length) {
            int marker = file[at + 1] & 0xFF;
            if ((file[at] & 0xFF) != 0xFF || marker == 0xFF) {
                at++;
            } else if (marker == 0xD9) {
                return new JpegScans(true, tables, count);
            } else if (marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += 2;
            } else if (at + 3 < file.length) {
                int data = at + 4;
                at += 2 + (((file[at + 2] & 0xFF) << 8) | (file[at + 3] & 0xFF));
                int end = Math.min(at, file.length);
                if (marker == 0xC4) {
                    defined |= defined(file, data, end);
                } else if (marker == 0xDA) {
                    count++;
                    tables &= (named(file, data, end) & ~defined) == 0;
                }
            } else {
                break;
            }
        }
        return new JpegScans(false, tables, count);
    }

    /** A bit for each table that a segment defines: 1 << id of one for DC, 16 << id of one for AC. */
    private static int defined(byte[] file, int from, int end) {
        int bits = 0;
        int at = from;
        while (at + 17 <= end) {
            bits |= bit((file[at] & 0x10) == 0, file[at]);
            int codes = 0;
            for (int length = 1; length <= 16; length++) {
                codes += file[at + length] & 0xFF;
            }
            at += 17 + codes;
        }
        return bits;
    }

    /** A bit for each table that a scan needs; all bits where its header is too short. */
    private static int named(byte[] file, int from, int end) {
        int components = from < end ? file[from] & 0xFF : 0;
        int after = from + 1 + 2 * components;
        if (after + 3 > end) {
            return -1;
        }
        int bits = 0;
        for (int selectors = from + 2; selectors < after; selectors += 2) {
            bits |= file[after] == 0 ? bit(true, file[selectors] >> 4) : 0;
            bits |= file[after + 1] != 0 ? bit(false, file[selectors]) : 0;
        }
        return bits;
    }

    private static int bit(boolean dc, int id) {
        return (dc ? 1 : 16) << (id & 3);
    }
}
