// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import io.github.stray.vision.archive.ArchiveKind.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Kinds of zip archives. */
final class ZipKinds {
    private static final int MEGABYTE = 1 << 20;

    private final List<ArchiveKind> kinds = new ArrayList<>();

    private ZipKinds() {}

    static List<ArchiveKind> all() {
        var kinds = new ZipKinds();
        kinds.read();
        kinds.sharing();
        kinds.sizes();
        kinds.names();
        kinds.odd();
        return kinds.kinds;
    }

    /** Two images of real bytes, whose order in the archive is that of their names. */
    static ZipBytes two() throws IOException {
        var zip = new ZipBytes();
        zip.add("a/1.png", png());
        zip.add("b/2.png", png());
        return zip;
    }

    static byte[] png() throws IOException {
        return Blank.png(16, 16);
    }

    private void add(String name, Outcome outcome, ArchiveKind.Maker maker) {
        kinds.add(ArchiveKind.of("zip-" + name, ".zip", outcome, maker));
    }

    /** Two images, of which something is changed before they are written. */
    private void changed(String name, Outcome outcome, Consumer<ZipBytes> change) {
        add(name, outcome, random -> {
            ZipBytes zip = two();
            change.accept(zip);
            return zip.bytes();
        });
    }

    /** The same, of its first entry. */
    private void first(String name, Outcome outcome, Consumer<ZipBytes.Entry> change) {
        changed(name, outcome, zip -> change.accept(zip.entries.getFirst()));
    }

    private void read() {
        changed("deflated", Outcome.READ, zip -> {});
        first("stored", Outcome.READ, ZipKinds::store);
        add("of-java", Outcome.READ, random -> {
            var out = new ByteArrayOutputStream();
            try (var zip = new ZipOutputStream(out)) {
                for (String name : List.of("a/", "a/1.png", "b/2.png")) {
                    zip.putNextEntry(new ZipEntry(name));
                    zip.write(name.endsWith("/") ? new byte[0] : png());
                }
            }
            return out.toByteArray();
        });
        changed("prefix", Outcome.READ, zip -> zip.prefix = new byte[70_000]);
        changed("zip64", Outcome.READ, zip -> zip.zip64 = true);
        changed("zip64-prefix", Outcome.READ, zip -> {
            zip.zip64 = true;
            zip.prefix = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
        });
        first("zip64-sizes", Outcome.READ, entry -> {
            entry.extra = ZipBytes.fields(20)
                    .putShort((short) 1)
                    .putShort((short) 16)
                    .putLong(entry.size)
                    .putLong(entry.compressed)
                    .array();
            entry.size = 0xFFFF_FFFFL;
            entry.compressed = 0xFFFF_FFFFL;
        });
        changed("comment", Outcome.READ, zip -> zip.comment = new byte[65_535]);
        changed(
                "comment-like-an-end",
                Outcome.READ,
                zip -> zip.comment = ZipBytes.fields(30)
                        .putInt(0x06054b50)
                        .putLong(-1)
                        .putLong(-1)
                        .array());
        changed("bytes-behind", Outcome.READ, zip -> zip.behind = "trailing\n".getBytes(StandardCharsets.UTF_8));
        add("blank-images", Outcome.READ, random -> blank(400));
        kinds.add(ArchiveKind.large("zip-100000-images", ".zip", Outcome.READ, random -> blank(100_000)));
        kinds.add(ArchiveKind.large("zip-count-modulo-65536", ".zip", Outcome.READ, random -> {
            var zip = new ZipBytes();
            for (int i = 0; i < 70_000; i++) {
                zip.add(i + ".png", new byte[] {1});
            }
            return zip.bytes();
        }));
    }

    /** Images of one colour, 600 bytes each. */
    private static byte[] blank(int count) throws IOException {
        byte[] png = Blank.png(256, 256);
        var zip = new ZipBytes();
        for (int i = 0; i < count; i++) {
            zip.add("%d/%07d.png".formatted(i % 10, i), png);
        }
        return zip.bytes();
    }

    private void sharing() {
        add("overlap", Outcome.REFUSED, random -> onOne(40));
        kinds.add(ArchiveKind.large("zip-overlap-65000", ".zip", Outcome.REFUSED, random -> onOne(65_000)));
        add("overlap-quoted", Outcome.REFUSED, random -> {
            ZipBytes zip = two();
            // The first entry holds the second, header and all.
            ZipBytes.Entry first = zip.entries.getFirst();
            store(first);
            first.compressed += 40;
            first.size += 40;
            return zip.bytes();
        });
        first("overlap-directory", Outcome.REFUSED, entry -> entry.start = 0);
        add("overlap-by-local-extra", Outcome.SAMPLES_FAIL, random -> {
            ZipBytes zip = two();
            byte[] bytes = zip.bytes();
            // The length of the extra field of the first local header; the data would be those of the second.
            bytes[28] = 60;
            return bytes;
        });
        first("same-start", Outcome.REFUSED, entry -> entry.start = 0);
        changed("behind-the-directory", Outcome.REFUSED, zip -> zip.entries.getLast().start = 1 << 20);
    }

    private static byte[] onOne(int names) {
        var zip = new ZipBytes();
        ZipBytes.Entry large = zip.add("a/00000000.png", new byte[32 * MEGABYTE]);
        for (int i = 1; i < names; i++) {
            ZipBytes.Entry entry = zip.add("a/%08d.png".formatted(i), new byte[0]);
            entry.raw = large.raw;
            entry.size = large.size;
            entry.compressed = large.compressed;
            entry.crc = large.crc;
            entry.start = 0;
        }
        return zip.bytes();
    }

    private static void store(ZipBytes.Entry entry) {
        try {
            entry.raw = png();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entry.method = 0;
        entry.compressed = entry.size;
    }

    private void sizes() {
        first("size-too-small", Outcome.SAMPLES_FAIL, entry -> entry.size -= 1);
        first("size-too-large", Outcome.SAMPLES_FAIL, entry -> entry.size += 1);
        first("size-of-4-GiB", Outcome.REFUSED, entry -> entry.size = 0xFFFF_FFFEL);
        first("compressed-too-large", Outcome.REFUSED, entry -> entry.compressed += 4000);
        first("compressed-too-small", Outcome.SAMPLES_FAIL, entry -> entry.compressed -= 10);
        first("stored-with-two-sizes", Outcome.REFUSED, entry -> {
            store(entry);
            entry.size += 1;
        });
        first("zip64-negative", Outcome.REFUSED, entry -> {
            entry.extra = ZipBytes.fields(12)
                    .putShort((short) 1)
                    .putShort((short) 8)
                    .putLong(-2)
                    .array();
            entry.size = 0xFFFF_FFFFL;
        });
        first("zip64-short-field", Outcome.REFUSED, entry -> {
            entry.extra = ZipBytes.fields(8)
                    .putShort((short) 1)
                    .putShort((short) 4)
                    .putInt(7)
                    .array();
            entry.size = 0xFFFF_FFFFL;
        });
        changed("zip64-too-many", Outcome.REFUSED, zip -> {
            zip.zip64 = true;
            zip.saidEntries64 = Long.MAX_VALUE;
        });
        changed("zip64-too-few", Outcome.REFUSED, zip -> {
            zip.zip64 = true;
            zip.saidEntries64 = 1;
        });
        changed("count-too-small", Outcome.REFUSED, zip -> zip.saidEntries = 1);
        add("bomb-entry", Outcome.SAMPLES_FAIL, random -> {
            ZipBytes zip = two();
            zip.add("c/3.png", new byte[40 * MEGABYTE]);
            return zip.bytes();
        });
        add("bomb-whole", Outcome.REFUSED, random -> {
            ZipBytes zip = two();
            ZipBytes.Entry large = zip.add("a/0.png", new byte[32 * MEGABYTE]);
            for (int i = 0; i < 33; i++) {
                ZipBytes.Entry entry = zip.add("c/" + i + ".png", new byte[0]);
                entry.raw = large.raw;
                entry.size = large.size;
                entry.compressed = large.compressed;
                entry.crc = large.crc;
            }
            return zip.bytes();
        });
    }

    private void names() {
        for (String name :
                List.of("../x.png", "a/../../x.png", "/etc/x.png", "C:\\x.png", "..\\x.png", "../notes.txt")) {
            String shown = name.replaceAll("[^a-z.]", "_");
            changed("name-" + shown, Outcome.REFUSED, zip -> zip.add(name, new byte[] {1}));
        }
        changed("name-with-nul", Outcome.REFUSED, zip -> zip.add("a\0.png", new byte[] {1}));
        changed("name-too-long", Outcome.REFUSED, zip -> zip.add("a".repeat(5000) + ".png", new byte[] {1}));
        add("deep-folders", Outcome.READ, random -> {
            ZipBytes zip = two();
            zip.add("d/".repeat(1000) + "x.png", png());
            return zip.bytes();
        });
        first("names-twice", Outcome.REFUSED, entry -> entry.name = "b/2.png".getBytes(StandardCharsets.UTF_8));
        first("name-of-dos", Outcome.READ, entry -> entry.name = "\u00e9/1.png".getBytes(Charset.forName("IBM437")));
        first(
                "name-of-shift-jis",
                Outcome.READ,
                entry -> entry.name = "\u8868\u7dd1/1.png".getBytes(Charset.forName("windows-31j")));
        first("name-no-utf8", Outcome.REFUSED, entry -> {
            entry.name = new byte[] {(byte) 0xE9, '.', 'p', 'n', 'g'};
            entry.flags = 1 << 11;
        });
        first("name-in-unicode-beside", Outcome.READ, entry -> {
            byte[] unicode = "\u8868/1.png".getBytes(StandardCharsets.UTF_8);
            entry.name = "?/1.png".getBytes(StandardCharsets.UTF_8);
            entry.extra = ZipBytes.fields(9 + unicode.length)
                    .putShort((short) 0x7075)
                    .putShort((short) (5 + unicode.length))
                    .put((byte) 1)
                    .putInt(ZipBytes.crc(entry.name))
                    .put(unicode)
                    .array();
        });
    }

    private void odd() {
        for (int method : new int[] {1, 9, 12, 14, 93, 95, 98}) {
            first("method-" + method, Outcome.REFUSED, entry -> entry.method = method);
        }
        first("encrypted", Outcome.REFUSED, entry -> entry.flags = 1);
        first("checksum", Outcome.SAMPLES_FAIL, entry -> entry.crc ^= 1);
        first("local-header", Outcome.SAMPLES_FAIL, entry -> entry.localSignature = 0x04034b51);
        first("data", Outcome.SAMPLES_FAIL, entry -> Arrays.fill(entry.raw, 10, 40, (byte) 0xFF));
        first("data-end-early", Outcome.SAMPLES_FAIL, entry -> entry.raw[0] &= ~1);
        first("link", Outcome.SAMPLES_FAIL, entry -> {
            entry.madeBy = 3 << 8;
            entry.attributes = 0120777 << 16;
        });
        first("device", Outcome.SAMPLES_FAIL, entry -> {
            entry.madeBy = 3 << 8;
            entry.attributes = 0020666 << 16;
        });
        changed("of-several-disks", Outcome.REFUSED, zip -> zip.disk = 1);
        add("empty", Outcome.REFUSED, random -> new ZipBytes().bytes());
        add("no-zip", Outcome.REFUSED, random -> noise(random, 5000));
        add("nothing", Outcome.REFUSED, random -> new byte[0]);
        add("truncated", Outcome.REFUSED, random -> {
            byte[] bytes = two().bytes();
            return Arrays.copyOf(bytes, 30 + random.nextInt(bytes.length - 60));
        });
        add("mutant", Outcome.ANY, random -> mutant(two().bytes(), random));
        add("mutant-of-end", Outcome.ANY, random -> {
            byte[] bytes = two().bytes();
            int at = bytes.length - 1 - random.nextInt(140);
            bytes[at] = (byte) random.nextInt();
            return bytes;
        });
    }

    static byte[] noise(Random random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    /** One to four bytes changed. */
    static byte[] mutant(byte[] bytes, Random random) {
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }
}
