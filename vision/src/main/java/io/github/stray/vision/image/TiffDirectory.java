// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/** The first directory of a TIFF structure, which is a TIFF file's first page and every format's EXIF block. */
final class TiffDirectory {
    private static final int LONG = 4;

    private TiffDirectory() {}

    /** The whole number under a tag; empty where there is none or the bytes are no TIFF structure. */
    static OptionalInt value(byte[] file, int from, int end, int tag) {
        if (end - from < 8) {
            return OptionalInt.empty();
        }
        ByteBuffer tiff = ByteBuffer.wrap(file, from, end - from).slice();
        if (tiff.get(0) == 'I' && tiff.get(1) == 'I') {
            tiff.order(ByteOrder.LITTLE_ENDIAN);
        } else if (tiff.get(0) != 'M' || tiff.get(1) != 'M') {
            return OptionalInt.empty();
        }
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return OptionalInt.empty();
        }
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0, at = directory + 2; i < entries && at <= tiff.limit() - 12; i++, at += 12) {
            if ((tiff.getShort(at) & 0xFFFF) == tag) {
                return OptionalInt.of(
                        tiff.getShort(at + 2) == LONG ? tiff.getInt(at + 8) : tiff.getShort(at + 8) & 0xFFFF);
            }
        }
        return OptionalInt.empty();
    }
}
