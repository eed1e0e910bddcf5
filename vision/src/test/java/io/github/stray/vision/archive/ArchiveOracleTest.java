// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.vision.archive.ArchiveKind.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others read of an archive is what we read: the JDK's ZipFile, commons-compress for tar. */
class ArchiveOracleTest {
    /** The JDK takes no end of a large archive behind a prefix; commons-compress loses letters that are not UTF-8. */
    private static final Set<String> UNREAD = Set.of("zip-zip64-prefix", "tar-name-of-latin-1");

    @TempDir
    Path folder;

    static Stream<ArchiveKind> zips() {
        return read(".zip");
    }

    static Stream<ArchiveKind> tars() {
        return read(".tar");
    }

    private static Stream<ArchiveKind> read(String suffix) {
        return ArchiveKind.all().stream()
                .filter(kind -> !UNREAD.contains(kind.name()))
                .filter(kind -> !kind.large() && kind.suffix().equals(suffix) && kind.outcome() == Outcome.READ);
    }

    @ParameterizedTest
    @MethodSource("zips")
    void zip_isWhatTheJdkReads(ArchiveKind kind) throws IOException {
        Path file = kind.write(folder, 1);
        ZipDirectory directory = ZipDirectory.of(file);
        List<String> contents = new ArrayList<>();
        try (ZipContent zip = directory.open()) {
            for (int i = 0; i < directory.size(); i++) {
                contents.add(shown(directory.bytes(i), zip.stream(i).readAllBytes()));
            }
        }
        List<String> expected = new ArrayList<>();
        try (var zip = new ZipFile(file.toFile(), Charset.forName("IBM437"))) {
            for (var entry : zip.stream().toList()) {
                expected.add(shown(entry.getSize(), zip.getInputStream(entry).readAllBytes()));
            }
        }
        assertThat(contents).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("tars")
    void tar_isWhatCommonsCompressReads(ArchiveKind kind) throws IOException {
        assertSame(kind.write(folder, 1));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                TarArchiveOutputStream.LONGFILE_GNU,
                TarArchiveOutputStream.LONGFILE_POSIX,
                TarArchiveOutputStream.LONGFILE_TRUNCATE
            })
    void tar_thatCommonsCompressWrites_isRead(int mode) throws IOException {
        var random = new Random(mode);
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(mode);
            tar.setAddPaxHeadersForNonAsciiNames(mode == TarArchiveOutputStream.LONGFILE_POSIX);
            for (int length = 1; length < 600; length += 29) {
                byte[] content = ZipKinds.noise(random, random.nextInt(2000));
                var entry = new TarArchiveEntry("a/" + "b\u8868/".repeat(length / 5) + "c".repeat(length % 5) + ".png");
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        assertSame(Files.write(folder.resolve("written.tar"), out.toByteArray()));
    }

    private static void assertSame(Path file) throws IOException {
        List<String> entries = new ArrayList<>();
        try (TarReader tar = TarReader.open(file, false)) {
            for (@Nullable TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                entries.add(entry.name() + " " + entry.kind() + " "
                        + shown(entry.size(), tar.content().readAllBytes()));
            }
        }
        List<String> expected = new ArrayList<>();
        try (var tar = new TarArchiveInputStream(Files.newInputStream(file), StandardCharsets.UTF_8.name())) {
            for (@Nullable TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                expected.add(entry.getName() + " " + (entry.isDirectory() ? "FOLDER" : "FILE") + " "
                        + shown(entry.getSize(), tar.readAllBytes()));
            }
        }
        assertThat(entries).isEqualTo(expected).isNotEmpty();
    }

    private static String shown(long size, byte[] content) {
        return "%d bytes, %d read, sum %08x".formatted(size, content.length, ZipBytes.crc(content));
    }
}
