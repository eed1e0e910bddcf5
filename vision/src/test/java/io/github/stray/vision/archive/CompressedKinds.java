// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import io.github.stray.vision.archive.ArchiveKind.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Kinds of tar archives in gzip, and of CIFAR's records in xz. */
final class CompressedKinds {
    /** A record of CIFAR-10: a label and its pixels. */
    private static final int RECORD = 3073;

    private final List<ArchiveKind> kinds = new ArrayList<>();

    private CompressedKinds() {}

    static List<ArchiveKind> all() {
        var kinds = new CompressedKinds();
        kinds.gzip();
        kinds.xz();
        return kinds.kinds;
    }

    private void gz(String name, Outcome outcome, ArchiveKind.Maker maker) {
        kinds.add(ArchiveKind.of("gz-" + name, ".tar.gz", outcome, maker));
    }

    private void xz(String name, Outcome outcome, ArchiveKind.Maker maker) {
        kinds.add(ArchiveKind.of("xz-" + name, ".bin.xz", outcome, maker));
    }

    private void gzip() {
        gz("whole", Outcome.READ, random -> gz(TarKinds.two().bytes()));
        gz("truncated", Outcome.REFUSED, random -> {
            byte[] bytes = gz(TarKinds.two().bytes());
            return Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(bytes.length / 2));
        });
        gz("of-two-members", Outcome.READ, random -> {
            byte[] tar = TarKinds.two().bytes();
            int half = 1 + random.nextInt(tar.length - 1);
            var out = new ByteArrayOutputStream();
            out.writeBytes(gz(Arrays.copyOf(tar, half)));
            out.writeBytes(gz(Arrays.copyOfRange(tar, half, tar.length)));
            return out.toByteArray();
        });
        gz("checksum", Outcome.REFUSED, random -> {
            byte[] bytes = gz(TarKinds.two().bytes());
            bytes[bytes.length - 6] ^= 1;
            return bytes;
        });
        gz("bytes-behind", Outcome.READ, random -> {
            byte[] bytes = gz(TarKinds.two().bytes());
            return Arrays.copyOf(bytes, bytes.length + 100);
        });
        gz("not-compressed", Outcome.REFUSED, random -> TarKinds.two().bytes());
        gz("nothing", Outcome.REFUSED, random -> new byte[0]);
        gz(
                "long-name-of-3-GB",
                Outcome.REFUSED,
                random -> gz(TarKinds.two()
                        .header("././@LongLink", 'L', 3L << 30)
                        .data(new byte[1 << 20])
                        .bytes()));
        gz("mutant", Outcome.ANY, random -> ZipKinds.mutant(gz(TarKinds.two().bytes()), random));
        kinds.add(ArchiveKind.large("gz-bomb", ".tar.gz", Outcome.REFUSED, random -> {
            byte[] zeros = gz(new byte[1 << 20]);
            var out = new ByteArrayOutputStream();
            out.writeBytes(gz(TarKinds.two().header("notes.txt", '0', 4L << 30).withoutEnd()));
            for (int i = 0; i < 4096; i++) {
                out.writeBytes(zeros);
            }
            return out.toByteArray();
        }));
        kinds.add(ArchiveKind.large("gz-million-others", ".tar.gz", Outcome.REFUSED, random -> {
            byte[] header = new TarBytes().header("notes.txt", '0', 0).withoutEnd();
            var out = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(out, 1 << 16)) {
                for (int i = 0; i <= ArchiveLimits.ENTRIES_WITHOUT_IMAGE; i++) {
                    gzip.write(header);
                }
                gzip.write(TarKinds.two().bytes());
            }
            return out.toByteArray();
        }));
    }

    private void xz() {
        xz("whole", Outcome.READ, random -> xz(new byte[4 * RECORD]));
        xz("truncated", Outcome.REFUSED, random -> {
            byte[] bytes = xz(ZipKinds.noise(random, 2 * RECORD));
            return Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(bytes.length / 2));
        });
        xz("ends-in-record", Outcome.REFUSED, random -> xz(new byte[4 * RECORD - 1]));
        xz("label", Outcome.REFUSED, random -> {
            byte[] records = new byte[2 * RECORD];
            records[RECORD] = 10;
            return xz(records);
        });
        xz("nothing", Outcome.REFUSED, random -> new byte[0]);
        xz("not-compressed", Outcome.REFUSED, random -> new byte[RECORD]);
        xz("dictionary-of-1-GiB", Outcome.REFUSED, random -> {
            byte[] bytes = xz(new byte[RECORD]);
            // Size of the dictionary in the header of the first block, whose checksum is then another one.
            bytes[16] = 36;
            int sum = ZipBytes.crc(Arrays.copyOfRange(bytes, 12, 20));
            for (int i = 0; i < 4; i++) {
                bytes[20 + i] = (byte) (sum >>> (8 * i));
            }
            return bytes;
        });
        xz("mutant", Outcome.ANY, random -> ZipKinds.mutant(xz(ZipKinds.noise(random, RECORD)), random));
        kinds.add(ArchiveKind.large("xz-bomb", ".bin.xz", Outcome.REFUSED, random -> {
            var out = new ByteArrayOutputStream();
            try (var xz = new XZOutputStream(out, new LZMA2Options(0))) {
                byte[] zeros = new byte[1000 * RECORD];
                for (int i = 0; i < 600; i++) {
                    xz.write(zeros);
                }
            }
            return out.toByteArray();
        }));
    }

    static byte[] gz(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] xz(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream xz = new XZOutputStream(out, new LZMA2Options(0))) {
            xz.write(content);
        }
        return out.toByteArray();
    }
}
