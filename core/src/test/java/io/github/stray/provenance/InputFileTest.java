// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
    @TempDir
    Path folder;

    @Test
    void open_file_givesItsBytes() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[] {1, -1, 3});
        try (InputStream in = InputFile.open(file)) {
            assertThat(in.read()).isEqualTo(1);
            assertThat(in.read()).isEqualTo(255);
            assertThat(in.readAllBytes()).containsExactly(3);
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(InputFile.bytes(file)).containsExactly(1, -1, 3);
    }

    @Test
    void open_missing_isThatFile() {
        Path file = folder.resolve("none");
        assertThatThrownBy(() -> InputFile.open(file))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(file.toString());
    }

    @Test
    void read_deviceThatFails_isNamed() throws IOException {
        // The first page of a process's memory is never there, so the system fails to read it.
        Path memory = Path.of("/proc/self/mem");
        assumeTrue(Files.exists(memory), "needs Linux");
        Path link = Files.createSymbolicLink(folder.resolve("scores.csv"), memory);

        String message = link + ": cannot be read: Input/output error";
        try (InputStream in = InputFile.open(link)) {
            assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessage(message);
        }
        assertThatThrownBy(() -> InputFile.bytes(link)).hasMessage(message);
        assertThatThrownBy(() -> Sha256.of(link)).hasMessage(message);
    }

    @Test
    void unreadable_failureThatNamesAFile_staysAsItIs() {
        var failure = new NoSuchFileException("x");
        assertThat(InputFile.unreadable(Path.of("y"), failure)).isSameAs(failure);
        assertThat(InputFile.unreadable(Path.of("y"), new IOException())).hasMessage("y: cannot be read: IOException");
    }
}
