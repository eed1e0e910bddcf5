// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.image.GoldenImages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
    @TempDir
    Path folder;

    private byte[] png = new byte[0];

    @BeforeEach
    void image() throws Exception {
        png = GoldenImages.file("png", "rgb");
    }

    private Path zip(String... names) throws IOException {
        Path file = folder.resolve("set.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                out.write(png);
                out.closeEntry();
            }
        }
        return file;
    }

    private Path storedZip(String name) throws IOException {
        Path file = folder.resolve("stored.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.setMethod(ZipOutputStream.STORED);
            var entry = new ZipEntry(name);
            var crc = new CRC32();
            crc.update(png);
            entry.setCrc(crc.getValue());
            entry.setSize(png.length);
            out.putNextEntry(entry);
            out.write(png);
            out.closeEntry();
        }
        return file;
    }

    private Path tar(String fileName, String... names) throws IOException {
        Path file = folder.resolve(fileName);
        OutputStream bytes = Files.newOutputStream(file);
        try (var out = new TarArchiveOutputStream(fileName.endsWith("gz") ? new GZIPOutputStream(bytes) : bytes)) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (String name : names) {
                var entry = new TarArchiveEntry(name, true);
                entry.setSize(png.length);
                out.putArchiveEntry(entry);
                out.write(png);
                out.closeArchiveEntry();
            }
        }
        return file;
    }

    private static DatasetSource open(Path file) throws IOException {
        return ImageInput.of(file.toString());
    }

    private static List<String> ids(DatasetSource source) throws IOException {
        return ImageInputTest.samples(source).stream().map(Sample::id).toList();
    }

    private static String readFailure(Path file) throws IOException {
        try (SampleIterator samples = open(file).open()) {
            ((Encoded) samples.next().content()).read();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("read");
    }

    @Test
    void of_zip_isTheFolderItUnpacksTo() throws Exception {
        String[] paths = {"a-b/1.png", "b/2.png", "a/1.png", "b/10.png"};
        for (String path : paths) {
            Path file = folder.resolve("plain").resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, png);
        }
        DatasetSource plain = open(folder.resolve("plain"));
        DatasetSource bare = open(zip(paths));
        assertThat(ids(bare)).isEqualTo(ids(plain)).containsExactly("a/1.png", "a-b/1.png", "b/10.png", "b/2.png");
        assertThat(bare.fingerprint()).isEqualTo(plain.fingerprint());
        DatasetSource wrapped = open(zip(
                "README",
                "__MACOSX/set/._1.png",
                "set/",
                "set/a-b/1.png",
                "set/b/2.png",
                "set/a/1.png",
                "set/b/10.png"));
        assertThat(wrapped.classNames()).containsExactly("a", "a-b", "b");
        assertThat(wrapped.fingerprint()).isEqualTo(plain.fingerprint());
        assertThat(wrapped.ignored()).isEqualTo(2);
        assertThat(wrapped.name()).isEqualTo("set");
    }

    @Test
    void of_zipOfOneFlatFolder_hasNoClasses() throws Exception {
        DatasetSource source = open(zip("photos/1.png", "photos/2.png"));
        assertThat(source.classNames()).isEmpty();
        assertThat(ids(source)).containsExactly("1.png", "2.png");
    }

    @Test
    void of_zipWithBackslashes_readsThemAsFolders() throws Exception {
        DatasetSource source = open(zip("a\\1.png", "b\\1.png"));
        assertThat(source.classNames()).containsExactly("a", "b");
        try (SampleIterator samples = source.open()) {
            assertThat(((Encoded) samples.next().content()).read()).isEqualTo(png);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x.png", "a/../../x.png", "/etc/x.png", "C:\\x.png", "..\\x.png", "../notes.txt"})
    void of_hostileNames_refusesTheArchiveByEntry(String name) throws Exception {
        assertThatThrownBy(() -> open(zip("ok.png", name)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("refused")
                .hasMessageContaining(name);
        assertThatThrownBy(() -> open(tar("set.tar", "ok.png", name)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void of_nameWithNul_isRefused() {
        assertThatThrownBy(() -> ArchivePath.OF_SLASHES.of(Path.of("x.zip"), "a\0.png"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("NUL");
    }

    @Test
    void of_duplicateNames_refusesTheArchive() throws Exception {
        Path file = zip("a/1.png", "a/2.png");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i + 7 <= bytes.length; i++) {
            if (new String(bytes, i, 7, StandardCharsets.ISO_8859_1).equals("a/2.png")) {
                bytes[i + 2] = '1';
            }
        }
        Files.write(file, bytes);
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("1.png twice");
        assertThatThrownBy(() -> open(tar("set.tar", "a/1.png", "b/1.png", "./a/1.png")))
                .hasMessageContaining("a/1.png twice");
    }

    @Test
    void read_zipBomb_isStoppedWhileInflating() throws Exception {
        Path file = folder.resolve("bomb.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry("bomb.png"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 40; i++) {
                out.write(zeros);
            }
            out.closeEntry();
        }
        assertThat(readFailure(file)).contains("zip bomb");
    }

    @Test
    void read_damagedEntry_failsThatSampleAlone() throws Exception {
        Path file = storedZip("a.png");
        byte[] bytes = Files.readAllBytes(file);
        bytes[60] ^= 1;
        Files.write(file, bytes);
        assertThat(readFailure(file)).contains("checksum");
        Path deflated = zip("a.png");
        bytes = Files.readAllBytes(deflated);
        Arrays.fill(bytes, 60, 80, (byte) 0xFF);
        Files.write(deflated, bytes);
        assertThat(readFailure(deflated)).contains("damaged zip entry");
    }

    @Test
    void of_encryptedOrOddlyCompressedZip_saysSo() throws Exception {
        byte[] bytes = Files.readAllBytes(zip("a.png"));
        int central = centralDirectory(bytes);
        byte[] encrypted = bytes.clone();
        encrypted[central + 8] |= 1;
        assertThatThrownBy(() -> open(Files.write(folder.resolve("e.zip"), encrypted)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("encrypted");
        byte[] odd = bytes.clone();
        odd[central + 10] = 14;
        assertThatThrownBy(() -> open(Files.write(folder.resolve("o.zip"), odd)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("otherwise than with deflate");
    }

    private static int centralDirectory(byte[] zip) {
        return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - 6);
    }

    @Test
    void of_truncatedArchives_sayWhich() throws Exception {
        byte[] bytes = Files.readAllBytes(zip("a.png", "b.png"));
        Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(bytes, bytes.length - 30));
        assertThatThrownBy(() -> open(cut)).isInstanceOf(DatasetException.class).hasMessageContaining("cut.zip");
        byte[] tar = Files.readAllBytes(tar("set.tar", "a.png", "b.png"));
        Path cutTar = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(tar, 1024 + 512 + 100));
        assertThatThrownBy(() -> open(cutTar))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("truncated");
        byte[] gz = Files.readAllBytes(tar("set.tar.gz", "a.png", "b.png"));
        Path cutGz = Files.write(folder.resolve("cut.tgz"), Arrays.copyOf(gz, gz.length / 2));
        assertThatThrownBy(() -> open(cutGz))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("truncated");
        Path noGz = Files.write(folder.resolve("no.tar.gz"), tar);
        assertThatThrownBy(() -> open(noGz))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("gzip");
        Path text = Files.writeString(folder.resolve("text.tar"), "text\n".repeat(400));
        assertThatThrownBy(() -> open(text))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no tar archive");
        Path empty = zip("notes.txt");
        assertThatThrownBy(() -> open(empty))
                .hasMessageContaining("no images in")
                .hasMessageContaining("notes.txt");
    }

    @Test
    void of_tar_keepsItsOrderAndSortsClasses() throws Exception {
        for (String name : List.of("set.tar", "set.tar.gz", "set.tgz")) {
            DatasetSource source = open(tar(name, "./set/b/2.png", "set/README", "set/a/1.png", "set/b/1.png"));
            assertThat(source.name()).isEqualTo("set");
            assertThat(source.classNames()).containsExactly("a", "b");
            assertThat(ids(source)).containsExactly("b/2.png", "a/1.png", "b/1.png");
            assertThat(source.ignored()).isEqualTo(1);
            try (SampleIterator samples = source.open()) {
                Sample first = samples.next();
                assertThat(samples.hasNext()).isTrue();
                assertThat(((Encoded) first.content()).read()).isEqualTo(png);
                Sample second = samples.next();
                samples.next();
                assertThatThrownBy(() -> ((Encoded) second.content()).read())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("before the next one is taken");
            }
        }
    }

    @Test
    void of_tarWithLinksAndDevices_failsThoseSamplesByName() throws Exception {
        Path file = folder.resolve("links.tar");
        try (var out = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            var link = new TarArchiveEntry("link.png", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            var hard = new TarArchiveEntry("hard.png", TarConstants.LF_LINK);
            hard.setLinkName("real.png");
            for (TarArchiveEntry entry : List.of(link, hard, new TarArchiveEntry("device.png", TarConstants.LF_CHR))) {
                out.putArchiveEntry(entry);
                out.closeArchiveEntry();
            }
        }
        DatasetSource source = open(file);
        assertThat(ids(source)).containsExactly("link.png", "hard.png", "device.png");
        assertThat(readFailure(file)).contains("a link to '/etc/passwd'");
        for (Sample sample : ImageInputTest.samples(source)) {
            assertThatThrownBy(() -> ((Encoded) sample.content()).read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void read_afterClose_fails() throws Exception {
        SampleIterator samples = open(zip("a.png")).open();
        Sample sample = samples.next();
        samples.close();
        assertThatThrownBy(() -> ((Encoded) sample.content()).read()).isInstanceOf(IOException.class);
    }
}
