// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import io.github.stray.vision.archive.ArchiveKind.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Kinds of tar archives that are not compressed. */
final class TarKinds {
    private final List<ArchiveKind> kinds = new ArrayList<>();

    private TarKinds() {}

    static List<ArchiveKind> all() {
        var kinds = new TarKinds();
        kinds.read();
        kinds.extended();
        kinds.names();
        kinds.odd();
        return kinds.kinds;
    }

    /** Two images. */
    static TarBytes two() throws IOException {
        return new TarBytes().file("a/1.png", ZipKinds.png()).file("b/2.png", ZipKinds.png());
    }

    private void add(String name, Outcome outcome, ArchiveKind.Maker maker) {
        kinds.add(ArchiveKind.of("tar-" + name, ".tar", outcome, maker));
    }

    private void read() {
        add("ustar", Outcome.READ, random -> two().bytes());
        add("before-ustar", Outcome.READ, random -> {
            byte[] png = ZipKinds.png();
            return two().header("c/3.png", '\0', png.length, block -> Arrays.fill(block, 257, 265, (byte) 0))
                    .data(png)
                    .header("d/", '\0', 0)
                    .bytes();
        });
        add("long-names-of-gnu", Outcome.READ, random -> {
            byte[] name = TarBytes.utf8("b/" + "long/".repeat(60) + "3.png\0");
            byte[] link = TarBytes.utf8("nowhere/".repeat(60) + "\0");
            return two().header("././@LongLink", 'K', link.length)
                    .data(link)
                    .header("././@LongLink", 'L', name.length)
                    .data(name)
                    .file("b/long", ZipKinds.png())
                    .bytes();
        });
        add(
                "long-names-of-pax",
                Outcome.READ,
                random -> two().pax(TarBytes.utf8(TarBytes.record("path", "b/" + "long/".repeat(60) + "\u8868.png")))
                        .file("b/long", ZipKinds.png())
                        .bytes());
        add(
                "prefix",
                Outcome.READ,
                random -> two().header(
                                "x.png",
                                '0',
                                ZipKinds.png().length,
                                block -> TarBytes.put(block, 345, "a/" + "d".repeat(120)))
                        .data(ZipKinds.png())
                        .bytes());
        add("binary-size", Outcome.READ, random -> {
            byte[] png = ZipKinds.png();
            return two().header("x/1.png", '0', 0, block -> {
                        Arrays.fill(block, 124, 136, (byte) 0);
                        block[124] = (byte) 0x80;
                        block[134] = (byte) (png.length >> 8);
                        block[135] = (byte) png.length;
                    })
                    .data(png)
                    .bytes();
        });
        add("global-header", Outcome.READ, random -> {
            byte[] comment = TarBytes.utf8(TarBytes.record("comment", "0123"));
            return new TarBytes()
                    .header("pax_global_header", 'g', comment.length)
                    .data(comment)
                    .raw(two().bytes())
                    .bytes();
        });
        add("signed-checksum", Outcome.READ, random -> {
            byte[] block = TarBytes.block("\u00e9/1.png", '0', ZipKinds.png().length);
            TarBytes.sum(block, true);
            return two().raw(block).data(ZipKinds.png()).bytes();
        });
        add("without-end", Outcome.READ, random -> two().withoutEnd());
        add(
                "name-of-latin-1",
                Outcome.READ,
                random -> two().header(
                                "x", '0', ZipKinds.png().length, block -> TarBytes.put(block, 0, "caf\u00e9/1.png"))
                        .data(ZipKinds.png())
                        .bytes());
    }

    private void extended() {
        add(
                "pax-records",
                Outcome.REFUSED,
                random -> two().pax(TarBytes.utf8("6 a=b\n".repeat(1 << 18))).bytes());
        kinds.add(ArchiveKind.large(
                "tar-pax-3000000-records",
                ".tar",
                Outcome.REFUSED,
                random -> two().pax(TarBytes.utf8("6 a=b\n".repeat(3_000_000))).bytes()));
        add(
                "pax-many-records",
                Outcome.READ,
                random -> two().pax(TarBytes.utf8("6 a=b\n".repeat(170_000)))
                        .file("c/3.png", ZipKinds.png())
                        .bytes());
        add("pax-chain", Outcome.REFUSED, random -> {
            TarBytes tar = two();
            for (int i = 0; i < 100; i++) {
                tar.pax(TarBytes.utf8(TarBytes.record("mtime", "1")));
            }
            return tar.file("c/3.png", ZipKinds.png()).bytes();
        });
        for (String record : List.of(
                "999999999 path=a\n",
                "path=a\n",
                "-5 a=b\n",
                "9 novalue\n",
                "12 size=abc\n",
                "10 size=-1\n",
                "30 size=99999999999999999999\n")) {
            String name = record.strip().replaceAll("[^a-z0-9-]", "_");
            add(
                    "pax-" + name,
                    Outcome.REFUSED,
                    random -> two().pax(TarBytes.utf8(record))
                            .file("c/3.png", ZipKinds.png())
                            .bytes());
        }
        add(
                "pax-size-too-large",
                Outcome.REFUSED,
                random -> two().pax(TarBytes.utf8(TarBytes.record("size", "99999999")))
                        .file("c/3.png", ZipKinds.png())
                        .bytes());
        add(
                "pax-size-impossible",
                Outcome.REFUSED,
                random -> two().pax(TarBytes.utf8(TarBytes.record("size", Long.toString(Long.MAX_VALUE))))
                        .file("c/3.png", ZipKinds.png())
                        .bytes());
        add(
                "long-name-of-3-GB",
                Outcome.REFUSED,
                random -> two().header("././@LongLink", 'L', 3L << 30)
                        .data(new byte[5000])
                        .bytes());
        add(
                "long-link-of-3-GB",
                Outcome.REFUSED,
                random -> two().header("././@LongLink", 'K', 3L << 30)
                        .data(new byte[5000])
                        .bytes());
        add(
                "pax-of-3-GB",
                Outcome.REFUSED,
                random -> two().header("x", 'x', 3L << 30).data(new byte[5000]).bytes());
        add(
                "pax-truncated",
                Outcome.REFUSED,
                random -> two().header("x", 'x', 5000).data(new byte[600]).withoutEnd());
        add(
                "sparse-of-gnu",
                Outcome.SAMPLES_FAIL,
                random -> two().header("c/3.png", 'S', 512, block -> block[482] = 1)
                        .raw(more(1))
                        .raw(more(0))
                        .data(new byte[512])
                        .file("d/4.png", ZipKinds.png())
                        .bytes());
        add(
                "sparse-of-pax",
                Outcome.SAMPLES_FAIL,
                random -> two().pax(TarBytes.utf8(TarBytes.record("GNU.sparse.major", "1")
                                + TarBytes.record("GNU.sparse.name", "c/3.png")
                                + TarBytes.record("GNU.sparse.realsize", "9000000000000")))
                        .file("GNUSparseFile.0/3.png", new byte[512])
                        .bytes());
    }

    private static byte[] more(int further) {
        byte[] block = new byte[512];
        block[504] = (byte) further;
        return block;
    }

    private void names() {
        for (String name : List.of("../x.png", "/etc/x.png", "..\\x.png", "a/../../notes.txt")) {
            add(
                    "name-" + name.replaceAll("[^a-z.]", "_"),
                    Outcome.REFUSED,
                    random -> two().file(name, new byte[] {1}).bytes());
        }
        add(
                "name-too-long",
                Outcome.REFUSED,
                random -> two().pax(TarBytes.utf8(TarBytes.record("path", "a".repeat(5000) + ".png")))
                        .file("c/3.png", ZipKinds.png())
                        .bytes());
        add(
                "names-twice",
                Outcome.REFUSED,
                random -> two().file("./a/1.png", ZipKinds.png()).bytes());
        add(
                "deep-folders",
                Outcome.READ,
                random -> two().pax(TarBytes.utf8(TarBytes.record("path", "d/".repeat(1000) + "x.png")))
                        .file("x", ZipKinds.png())
                        .bytes());
    }

    private void odd() {
        for (char type : new char[] {'1', '2', '3', '4', '6', 'V'}) {
            add(
                    "type-" + type,
                    Outcome.SAMPLES_FAIL,
                    random -> two().header("c/3.png", type, 0).bytes());
        }
        add(
                "link-with-size",
                Outcome.SAMPLES_FAIL,
                random -> two().header("c/3.png", '2', 4L << 40)
                        .file("d/4.png", ZipKinds.png())
                        .bytes());
        add(
                "folder-with-size",
                Outcome.READ,
                random -> two().header("c/", '5', 4L << 30)
                        .file("d/4.png", ZipKinds.png())
                        .bytes());
        add("checksum", Outcome.REFUSED, random -> {
            byte[] bytes = two().bytes();
            bytes[110] ^= 1;
            return bytes;
        });
        add(
                "size-no-number",
                Outcome.REFUSED,
                random -> two().header("c/3.png", '0', 0, block -> TarBytes.put(block, 124, "0000000009x\0"))
                        .bytes());
        add(
                "size-negative",
                Outcome.REFUSED,
                random -> two().header("c/3.png", '0', 0, block -> Arrays.fill(block, 124, 136, (byte) 0xFF))
                        .bytes());
        add(
                "image-of-8-GB",
                Outcome.REFUSED,
                random -> two().header("c/3.png", '0', 8L << 30).bytes());
        add("truncated", Outcome.REFUSED, random -> {
            byte[] bytes = two().withoutEnd();
            return Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(500));
        });
        add("truncated-header", Outcome.REFUSED, random -> Arrays.copyOf(two().withoutEnd(), 300));
        add("empty", Outcome.REFUSED, random -> new TarBytes().bytes());
        add("nothing", Outcome.REFUSED, random -> new byte[0]);
        add("text", Outcome.REFUSED, random -> "text\n".repeat(400).getBytes(StandardCharsets.UTF_8));
        add("noise", Outcome.REFUSED, random -> ZipKinds.noise(random, 5000));
        add("mutant", Outcome.ANY, random -> ZipKinds.mutant(two().bytes(), random));
        add("mutant-of-header", Outcome.ANY, random -> {
            byte[] block = TarBytes.block("c/3.png", '0', 100);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                block[random.nextInt(512)] = (byte) random.nextInt();
            }
            TarBytes.sum(block, random.nextBoolean());
            return two().raw(block).data(ZipKinds.png()).bytes();
        });
        add("mutant-of-pax", Outcome.ANY, random -> {
            byte[] records = TarBytes.utf8(TarBytes.record("path", "c/3.png") + TarBytes.record("size", "12"));
            return two().pax(ZipKinds.mutant(records, random))
                    .file("x", new byte[12])
                    .bytes();
        });
    }
}
