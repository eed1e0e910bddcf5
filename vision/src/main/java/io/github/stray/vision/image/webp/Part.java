// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/**
 * Bytes {@code from} (inclusive) to {@code end} (exclusive) of a file.
 *
 * @param file the whole file, not copied
 * @param from offset of the first byte
 * @param end offset behind the last byte
 */
@SuppressWarnings("ArrayRecordComponent") // a window, compared by nobody
record Part(byte[] file, int from, int end) {
    int length() {
        return end - from;
    }

    int unsigned8(int at) {
        return file[from + at] & 0xFF;
    }

    int unsigned16(int at) {
        return unsigned8(at) | unsigned8(at + 1) << 8;
    }

    int unsigned24(int at) {
        return unsigned16(at) | unsigned8(at + 2) << 16;
    }

    long unsigned32(int at) {
        return unsigned24(at) | (long) unsigned8(at + 3) << 24;
    }

    /** The bytes from this one on, counted from the beginning of the part. */
    Part after(int at) {
        return new Part(file, from + at, end);
    }
}
