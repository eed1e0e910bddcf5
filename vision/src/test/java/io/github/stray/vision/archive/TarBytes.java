// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** Writes tar archives block by block, true or not. */
final class TarBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A file. */
    TarBytes file(String name, byte[] content) {
        return header(name, '0', content.length).data(content);
    }

    TarBytes header(String name, char type, long size) {
        return header(name, type, size, block -> {});
    }

    /** A header, of which something is changed before its checksum is taken. */
    TarBytes header(String name, char type, long size, Consumer<byte[]> change) {
        byte[] block = block(name, type, size);
        change.accept(block);
        sum(block, false);
        out.writeBytes(block);
        return this;
    }

    static byte[] block(String name, char type, long size) {
        byte[] block = new byte[512];
        byte[] bytes = utf8(name);
        System.arraycopy(bytes, 0, block, 0, Math.min(100, bytes.length));
        put(block, 100, "0000644\0");
        put(block, 124, "%011o\0".formatted(size));
        block[156] = (byte) type;
        put(block, 257, "ustar\00000");
        return block;
    }

    static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    static void sum(byte[] block, boolean signed) {
        put(block, 148, "        ");
        long sum = 0;
        for (byte b : block) {
            sum += signed ? b : b & 0xFF;
        }
        put(block, 148, "%06o\0 ".formatted(sum));
    }

    /** Content, filled up to whole blocks. */
    TarBytes data(byte[] content) {
        out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        return this;
    }

    TarBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    TarBytes pax(byte[] records) {
        return header("PaxHeader", 'x', records.length).data(records);
    }

    /** A record of an extended header. */
    static String record(String key, String value) {
        int rest = utf8(key + value).length + 3;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        return length + " " + key + "=" + value + "\n";
    }

    /** With the two blocks of zeros at the end. */
    byte[] bytes() {
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    byte[] withoutEnd() {
        return out.toByteArray();
    }
}
