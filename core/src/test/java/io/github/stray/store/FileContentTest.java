// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileContentTest {
    private static final int SIZE = 9_000_001;

    @TempDir
    Path folder;

    private final byte[] bytes = new byte[SIZE];

    private Path file() throws IOException {
        new Random(1).nextBytes(bytes);
        return Files.write(folder.resolve("f"), bytes);
    }

    private static void shorten(Path file, long size) throws IOException {
        try (var shorter = new RandomAccessFile(file.toFile(), "rw")) {
            shorter.setLength(size);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 9000001", "9000001, 9000001", "9000001, 5000", "0, 5000", "0, 0", "9000001, 0"})
    void open_copiedOrMapped_givesTheSameBytes(long mostCopied, int size) throws IOException {
        Path file = file();
        shorten(file, size);
        byte[] expected = Arrays.copyOf(bytes, size);
        try (FileContent content = FileContent.open(file, mostCopied)) {
            int from = size / 3;
            var crc = new CRC32C();
            content.update(crc, from);
            var wanted = new CRC32C();
            wanted.update(ByteBuffer.wrap(expected, from, size - from));

            assertThat(content.byteSize()).isEqualTo(size);
            assertThat(crc.getValue()).isEqualTo(wanted.getValue());
            assertThat(content.bytes(from, size - from)).isEqualTo(Arrays.copyOfRange(expected, from, size));
            assertThat(content.from(from).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(Arrays.copyOfRange(expected, from, size));
        }
    }

    @Test
    void from_copied_doesNotSeeWhatHappensToTheFile() throws IOException {
        Path file = file();
        MemorySegment content;
        try (FileContent opened = FileContent.open(file)) {
            content = opened.from(0);
        }
        Files.write(file, new byte[SIZE]);
        shorten(file, 10);
        Files.delete(file);

        assertThat(content.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
    }

    @Test
    void mapped_shortenedBeforeItIsUsed_isRefusedAsShortened() throws IOException {
        Path file = file();
        try (FileContent content = FileContent.open(file, 0)) {
            shorten(file, SIZE / 2);

            String problem = "it had 9000001 bytes when it was opened and ";
            assertThatThrownBy(() -> content.update(new CRC32C(), 0))
                    .isInstanceOf(TruncatedFileException.class)
                    .hasMessageContaining(problem + "ends at byte 4500000 now");
            assertThatThrownBy(() -> content.bytes(SIZE - 10, 10))
                    .isInstanceOf(TruncatedFileException.class)
                    .hasMessageContaining(problem);
            assertThatThrownBy(() -> content.from(0))
                    .isInstanceOf(TruncatedFileException.class)
                    .hasMessageContaining(problem + "has 4500000 now");
        }
    }

    @Test
    void open_folder_isRefused() {
        assertThatThrownBy(() -> FileContent.open(folder))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("is a folder, expected a file");
    }
}
