// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a zip archive says of its directory.
 *
 * <p>Source: PKWARE, .ZIP File Format Specification 6.3.10, 4.3.14 to 4.3.16.
 *
 * @param start where the directory begins in the file
 * @param size bytes of the directory
 * @param base bytes that were put before the archive, such as a program that unpacks it
 * @param entries how many there are
 * @param exact whether that is so; programs without zip64 count modulo 65,536
 */
record ZipEnd(long start, long size, long base, long entries, boolean exact) {
    private static final int SIZE = 22;
    private static final int SIGNATURE = 0x06054b50;
    private static final int MOST_COMMENT = 0xFFFF;
    private static final int LOCATOR_SIZE = 20;
    private static final int LOCATOR = 0x07064b50;
    private static final int SIZE_64 = 56;
    private static final int SIGNATURE_64 = 0x06064b50;

    static ZipEnd of(Path file, FileChannel channel) throws IOException {
        long length = channel.size();
        int tail = (int) Math.min(length, SIZE + MOST_COMMENT);
        ByteBuffer bytes = read(channel, length - tail, tail);
        for (int at = tail - SIZE; at >= 0; at--) {
            if (bytes.getInt(at) == SIGNATURE) {
                long position = length - tail + at;
                ZipEnd end = end(file, channel, bytes.slice(at, SIZE).order(ByteOrder.LITTLE_ENDIAN), position);
                if (end != null) {
                    return end;
                }
            }
        }
        throw ArchiveException.damaged(file, "zip", "it has no directory at its end");
    }

    /** Null where a comment looks like an end and is none. */
    private static @Nullable ZipEnd end(Path file, FileChannel channel, ByteBuffer bytes, long position)
            throws IOException {
        int disk = bytes.getShort(4) & 0xFFFF;
        long entries = bytes.getShort(10) & 0xFFFF;
        long size = Integer.toUnsignedLong(bytes.getInt(12));
        long offset = Integer.toUnsignedLong(bytes.getInt(16));
        long behind = position;
        boolean exact = false;
        if (entries == 0xFFFF || size == 0xFFFF_FFFFL || offset == 0xFFFF_FFFFL) {
            @Nullable ByteBuffer large = zip64(channel, position);
            if (large != null) {
                disk = large.getInt(16);
                entries = large.getLong(32);
                size = large.getLong(40);
                offset = large.getLong(48);
                behind = large.getLong(0);
                exact = true;
            }
        }
        if (size < 0 || offset < 0 || entries < 0 || size > behind || offset > behind - size) {
            return null;
        }
        if (disk != 0) {
            throw ArchiveException.unread(file, "is one part of an archive of several files; join them first");
        }
        long start = behind - size;
        return new ZipEnd(start, size, start - offset, entries, exact);
    }

    /** The end of a large archive, its place instead of its signature and length; null where there is none. */
    private static @Nullable ByteBuffer zip64(FileChannel channel, long position) throws IOException {
        if (position < LOCATOR_SIZE + SIZE_64) {
            return null;
        }
        ByteBuffer locator = read(channel, position - LOCATOR_SIZE, LOCATOR_SIZE);
        if (locator.getInt(0) != LOCATOR) {
            return null;
        }
        // Where something was put before the archive, the place is told without it; mostly the end lies right before.
        for (long at : new long[] {position - LOCATOR_SIZE - SIZE_64, locator.getLong(8)}) {
            if (at >= 0 && at <= position - LOCATOR_SIZE - SIZE_64) {
                ByteBuffer end = read(channel, at, SIZE_64);
                if (end.getInt(0) == SIGNATURE_64) {
                    return end.putLong(0, at);
                }
            }
        }
        return null;
    }

    /** Bytes of a file, all of them. */
    static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes, from + bytes.position());
            if (read < 0) {
                throw new IOException("it ends at byte %,d, before the %,d that belong there"
                        .formatted(from + bytes.position(), from + length));
            }
        }
        return bytes.flip();
    }
}
