// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.store.StrayHome;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    @TempDir
    Path jar;

    private final byte[] library = new byte[200_000];

    private Path unpack() throws IOException {
        library[150_000] = 7;
        Files.createDirectories(jar.resolve("native/x64"));
        Files.write(jar.resolve("native/x64/a.so"), library);
        Files.write(jar.resolve("native/x64/b.so"), new byte[0]);
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return NativeLibraries.unpack("test-1", loader, List.of("native/x64/a.so", "native/x64/b.so"));
        }
    }

    @Test
    void unpack_again_leavesWhatIsRight() throws IOException {
        Path folder = unpack();
        FileTime past = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(folder.resolve("a.so"), past);

        assertThat(unpack())
                .isEqualTo(folder)
                .isEqualTo(StrayHome.ofEnvironment().toAbsolutePath().resolve("native/test-1"));
        assertThat(folder.resolve("a.so")).hasBinaryContent(library);
        assertThat(folder.resolve("b.so")).isEmptyFile();
        assertThat(Files.getLastModifiedTime(folder.resolve("a.so"))).isEqualTo(past);
    }

    @Test
    void unpack_whatIsNotTheJars_isReplaced() throws IOException {
        Path folder = unpack();
        byte[] changed = library.clone();
        changed[150_000] = 8;
        for (byte[] wrong : List.of(changed, new byte[10], new byte[0], new byte[300_000])) {
            Files.write(folder.resolve("a.so"), wrong);
            Files.write(folder.resolve("b.so"), wrong);
            unpack();
            assertThat(folder.resolve("a.so")).hasBinaryContent(library);
            assertThat(folder.resolve("b.so")).isEmptyFile();
        }
    }

    @Test
    void unpack_whatTheJarLacks_isNamed() {
        assertThatThrownBy(() -> NativeLibraries.unpack("test-2", getClass().getClassLoader(), List.of("none/c.so")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("none/c.so: missing from its jar");
    }

    @Test
    void unpack_broughtUnpacked_isTakenWhereAllAreThere(@TempDir Path brought) throws IOException {
        Path beside = Files.createDirectories(brought.resolve("test-1"));
        System.setProperty("stray.native", brought.toString());
        try {
            Files.write(beside.resolve("a.so"), library);
            assertThat(unpack()).isNotEqualTo(beside);
            Files.write(beside.resolve("b.so"), new byte[0]);
            assertThat(unpack()).isEqualTo(beside);
        } finally {
            System.clearProperty("stray.native");
        }
    }
}
