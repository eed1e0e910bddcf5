// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.dataset.DatasetException;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives as INPUT: names, folders, limits. */
class ArchiveInputTest {
    private static final Charset SHIFT_JIS = Charset.forName("windows-31j");

    @TempDir
    Path folder;

    private DatasetSource open(ZipBytes zip) throws IOException {
        return ImageInput.of(Files.write(folder.resolve("set.zip"), zip.bytes()).toString());
    }

    private static ZipBytes zip(Charset charset, String... names) throws IOException {
        var zip = new ZipBytes();
        for (String name : names) {
            zip.add("", ZipKinds.png()).name = name.getBytes(charset);
        }
        return zip;
    }

    /** The second byte of the first character is the backslash's. */
    @Test
    void of_zipOfJapaneseWindows_keepsClassesApart() throws IOException {
        DatasetSource source = open(zip(SHIFT_JIS, "\u8868\u7dd1/0.png", "\u8868\u88cf/0.png", "\u72ac/0.png"));
        assertThat(source.classNames()).hasSize(3);
        assertThat(source.size()).isEqualTo(3);
        // A backslash in a name that is UTF-8 is no separator either, as there is a slash.
        assertThat(open(zip(StandardCharsets.UTF_8, "a/1.png", "b\\c/2.png")).classNames())
                .containsExactly("a", "b\\c");
    }

    @Test
    void of_tarWithBackslashes_takesThemForFoldersOnlyWithoutSlashes() throws IOException {
        TarBytes windows = new TarBytes().file("a\\1.png", ZipKinds.png()).file("b\\2.png", ZipKinds.png());
        Path file = Files.write(folder.resolve("set.tar"), windows.bytes());
        assertThat(ImageInput.of(file.toString()).classNames()).containsExactly("a", "b");
        TarBytes both = new TarBytes().file("a\\1/1.png", ZipKinds.png()).file("b/2.png", ZipKinds.png());
        Files.write(file, both.bytes());
        assertThat(ImageInput.of(file.toString()).classNames()).containsExactly("a\\1", "b");
    }

    @Test
    void of_namesInOtherCharacterSets_areThoseOfPython() throws IOException {
        assertThat(open(zip(Charset.forName("IBM437"), "\u00e9/1.png", "\u00fc/2.png"))
                        .classNames())
                .containsExactly("\u00e9", "\u00fc");
        ZipBytes mixed = zip(StandardCharsets.UTF_8, "\u8868/1.png", "x/2.png");
        mixed.entries.getFirst().flags = 1 << 11;
        mixed.entries.getLast().name = "\u00fc/2.png".getBytes(Charset.forName("IBM437"));
        assertThat(open(mixed).classNames()).containsExactly("\u00fc", "\u8868");
    }

    @Test
    void of_unicodeNameBesideTheName_goesFirstWhereItIsOfThatName() throws IOException {
        for (boolean same : new boolean[] {true, false}) {
            ZipBytes zip = zip(StandardCharsets.UTF_8, "x/1.png", "y/2.png");
            ZipBytes.Entry first = zip.entries.getFirst();
            byte[] unicode = "\u8868/1.png".getBytes(StandardCharsets.UTF_8);
            first.extra = ZipBytes.fields(9 + unicode.length)
                    .putShort((short) 0x7075)
                    .putShort((short) (5 + unicode.length))
                    .put((byte) 1)
                    .putInt(ZipBytes.crc(first.name) + (same ? 0 : 1))
                    .put(unicode)
                    .array();
            assertThat(open(zip).classNames()).contains(same ? "\u8868" : "x");
        }
    }

    /** What is done for one image is bounded by what the archive has of it, so entries on one are refused unread. */
    @Test
    void of_entriesOnOneImage_areRefusedByName() throws IOException {
        ZipBytes zip = zip(StandardCharsets.UTF_8, "a/1.png", "b/2.png");
        zip.entries.getLast().start = 0;
        assertThatThrownBy(() -> open(zip))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("set.zip is refused: its entry 'a/1.png' shares bytes with another one");
    }

    @Test
    void open_ofAnArchiveThatChanged_saysSo() throws IOException {
        DatasetSource source = open(zip(StandardCharsets.UTF_8, "a/1.png", "b/2.png"));
        Files.setLastModifiedTime(folder.resolve("set.zip"), FileTime.fromMillis(1));
        assertThatThrownBy(source::open).isInstanceOf(DatasetException.class).hasMessageContaining("changed");
    }

    /** The plain tar is passed over, not read: an image in it may be larger than anything that is read. */
    @Test
    void of_tar_passesOverWhatItDoesNotRead() throws IOException {
        Path file = folder.resolve("set.tar");
        byte[] head = new TarBytes()
                .file("a/1.png", ZipKinds.png())
                .header("a/2.png", '0', 3L << 30)
                .withoutEnd();
        try (var channel = Files.newByteChannel(Files.write(file, head), StandardOpenOption.WRITE)) {
            channel.position(head.length + (3L << 30) + 511).write(ByteBuffer.wrap(new byte[1]));
        }
        DatasetSource source = ImageInput.of(file.toString());
        assertThat(source.size()).isEqualTo(2);
        try (SampleIterator samples = source.open()) {
            samples.next();
            assertThat(samples.next().id()).isEqualTo("2.png");
        }
    }

    @Test
    void document_statesTheLimits() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "archives.md"));
        Map<String, Long> limits = Map.of(
                "entries", (long) ArchiveLimits.ENTRIES,
                "entries before the first image (tar)", (long) ArchiveLimits.ENTRIES_WITHOUT_IMAGE,
                "length of a name with its folders", (long) ArchiveLimits.NAME_BYTES,
                "bytes of an extended header of tar", (long) ArchiveLimits.EXTENDED_BYTES,
                "extended headers of one entry of tar", (long) ArchiveLimits.EXTENDED_HEADERS,
                "bytes of one image", ArchiveLimits.IMAGE_BYTES);
        limits.forEach(
                (what, most) -> assertThat(document).contains(String.format(Locale.ROOT, "| %s | %,d |", what, most)));
        for (String growth : List.of("one image beyond 32 MiB", "the whole archive beyond 1 GiB")) {
            assertThat(document).contains("| growth of %s | %d times |".formatted(growth, ArchiveLimits.RATIO));
        }
        assertThat(ArchiveLimits.UNSUSPICIOUS_ENTRY).isEqualTo(32 << 20);
        assertThat(ArchiveLimits.UNSUSPICIOUS).isEqualTo(1 << 30);
    }
}
