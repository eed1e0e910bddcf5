// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip archives field by field, true or not. */
final class ZipBytes {
    final List<Entry> entries = new ArrayList<>();
    byte[] prefix = new byte[0];
    byte[] comment = new byte[0];
    byte[] behind = new byte[0];
    int disk;

    /** What the end says, -1 for what is so. */
    int saidEntries = -1;

    /** Whether there is an end of a large archive, and how many entries it speaks of, -1 for what is so. */
    boolean zip64;

    long saidEntries64 = -1;

    /** An entry; what is not set is as it should be. */
    static final class Entry {
        byte[] name;
        byte[] raw;
        byte[] extra = new byte[0];
        byte[] localExtra = new byte[0];
        int flags;
        int method = 8;
        int crc;
        long size;
        long compressed;
        long start = -1;
        int madeBy = 20;
        int attributes;
        int localSignature = 0x04034b50;

        Entry(String name, byte[] content) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.raw = deflated(content);
            this.size = content.length;
            this.compressed = raw.length;
            this.crc = crc(content);
        }
    }

    Entry add(String name, byte[] content) {
        var entry = new Entry(name, content);
        entries.add(entry);
        return entry;
    }

    static byte[] deflated(byte[] content) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        var out = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 16];
        while (!deflater.finished()) {
            out.write(block, 0, deflater.deflate(block));
        }
        deflater.end();
        return out.toByteArray();
    }

    static int crc(byte[] content) {
        var sum = new CRC32();
        sum.update(content);
        return (int) sum.getValue();
    }

    static ByteBuffer fields(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Offsets do not count what was put before. */
    byte[] bytes() {
        var out = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            if (entry.start < 0) {
                entry.start = out.size();
                out.writeBytes(local(entry));
            }
        }
        int directory = out.size();
        for (Entry entry : entries) {
            out.writeBytes(central(entry));
        }
        int size = out.size() - directory;
        if (zip64) {
            long said = saidEntries64 < 0 ? entries.size() : saidEntries64;
            int end = out.size();
            out.writeBytes(fields(56)
                    .putInt(0x06064b50)
                    .putLong(44)
                    .putShort((short) 45)
                    .putShort((short) 45)
                    .putInt(0)
                    .putInt(0)
                    .putLong(said)
                    .putLong(said)
                    .putLong(size)
                    .putLong(directory)
                    .array());
            out.writeBytes(fields(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(end)
                    .putInt(1)
                    .array());
        }
        short count = (short) (zip64 ? 0xFFFF : saidEntries < 0 ? entries.size() : saidEntries);
        out.writeBytes(fields(22)
                .putInt(0x06054b50)
                .putShort((short) disk)
                .putShort((short) disk)
                .putShort(count)
                .putShort(count)
                .putInt(zip64 ? -1 : size)
                .putInt(zip64 ? -1 : directory)
                .putShort((short) comment.length)
                .array());
        out.writeBytes(comment);
        out.writeBytes(behind);
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(prefix);
        whole.writeBytes(out.toByteArray());
        return whole.toByteArray();
    }

    private static byte[] local(Entry entry) {
        return fields(30 + entry.name.length + entry.localExtra.length + entry.raw.length)
                .putInt(entry.localSignature)
                .putShort((short) 20)
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0)
                .putInt(entry.crc)
                .putInt((int) entry.compressed)
                .putInt((int) entry.size)
                .putShort((short) entry.name.length)
                .putShort((short) entry.localExtra.length)
                .put(entry.name)
                .put(entry.localExtra)
                .put(entry.raw)
                .array();
    }

    private static byte[] central(Entry entry) {
        return fields(46 + entry.name.length + entry.extra.length)
                .putInt(0x02014b50)
                .putShort((short) entry.madeBy)
                .putShort((short) 20)
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0)
                .putInt(entry.crc)
                .putInt((int) entry.compressed)
                .putInt((int) entry.size)
                .putShort((short) entry.name.length)
                .putShort((short) entry.extra.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(entry.attributes)
                .putInt((int) entry.start)
                .put(entry.name)
                .put(entry.extra)
                .array();
    }
}
