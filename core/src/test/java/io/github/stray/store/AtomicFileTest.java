// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    /** A process that writes half a file and then waits to be killed. */
    static final class HalfWriter {
        private HalfWriter() {}

        public static void main(String[] arguments) throws Exception {
            AtomicFile file = AtomicFile.create(Path.of(arguments[0]));
            file.append(ByteBuffer.wrap(new byte[100_000]));
            System.out.write('x');
            System.out.flush();
            Thread.sleep(Duration.ofMinutes(5));
        }
    }

    private Process halfWriter(Path target) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HalfWriter.class.getName(),
                        target.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            assertThat(out.read()).isEqualTo('x');
        }
        return process;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path temporary() throws IOException {
        return folder.resolve(files().stream()
                .filter(name -> name.endsWith(".tmp"))
                .findFirst()
                .orElseThrow());
    }

    private static void write(Path target, String text) throws IOException {
        try (AtomicFile file = AtomicFile.create(target)) {
            file.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            file.commit();
        }
    }

    private static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    @Test
    void create_otherProcessAliveThenKilled_targetUntouchedAndRestCleanedUp() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Process process = halfWriter(target);
        age(temporary());
        write(folder.resolve("other"), "x");
        assertThat(files()).as("a live file stays").hasSize(3);
        process.destroyForcibly().waitFor();
        assertThat(target).hasContent("old");
        age(temporary());
        write(target, "new");
        assertThat(target).hasContent("new");
        assertThat(files()).containsExactly("other", "target");
    }

    @Test
    void create_processAskedToEnd_leavesNothing() throws Exception {
        assumeTrue(File.separatorChar == '/', "needs signals");
        Path target = Files.writeString(folder.resolve("target"), "old");
        Process process = halfWriter(target);
        process.destroy();
        process.waitFor();
        assertThat(target).hasContent("old");
        assertThat(files()).containsExactly("target");
    }

    @Test
    void append_threadInterrupted_targetUntouchedAndNothingLeft() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "old");
        var started = new CountDownLatch(1);
        var failure = new AtomicReference<Throwable>();
        Thread writer = new Thread(() -> {
            try (AtomicFile file = AtomicFile.create(target)) {
                while (true) {
                    file.writeAt(ByteBuffer.wrap(new byte[1000]), 0);
                    started.countDown();
                }
            } catch (IOException e) {
                failure.set(e);
            }
        });
        writer.start();
        started.await();
        writer.interrupt();
        writer.join();
        assertThat(failure.get()).hasMessageContaining("cannot write");
        assertThat(target).hasContent("old");
        assertThat(files()).containsExactly("target");
    }

    @Test
    void create_foreignTemporaryFile_staysOfAnyAge() throws IOException {
        Path foreign = Files.writeString(folder.resolve(".stray-notes.tmp"), "mine");
        age(foreign);
        write(folder.resolve("target"), "x");
        assertThat(foreign).exists();
    }

    @Test
    void create_impossibleTarget_saysWhy() throws IOException {
        assertThatThrownBy(() -> AtomicFile.create(folder))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(folder + ": is a folder; give the name of a file in it");
        Path orphan = folder.resolve("no").resolve("file");
        assertThatThrownBy(() -> AtomicFile.create(orphan))
                .hasMessage(orphan + ": cannot write: there is no folder " + folder.resolve("no"));
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));
        assertThatThrownBy(() -> AtomicFile.create(device))
                .hasMessage("/dev/null: is not a regular file and cannot be replaced");
    }

    @Test
    void commit_fileOfOneUser_staysHers() throws IOException {
        assumeTrue(File.separatorChar == '/', "needs POSIX permissions");
        Path target = Files.writeString(folder.resolve("target"), "old");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
        try (AtomicFile file = AtomicFile.create(target)) {
            assertThat(Files.getPosixFilePermissions(folder.resolve(files().getFirst())))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            file.commit();
        }
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw-rw-"));
        write(target, "new");
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    @Test
    void create_readOnlyFile_isNotReplaced() throws IOException {
        assumeTrue(File.separatorChar == '/', "needs POSIX permissions");
        Path target = Files.writeString(folder.resolve("target"), "old");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));
        assertThatThrownBy(() -> AtomicFile.create(target))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage(target + ": is read-only and is not replaced; make it writable or choose another name");
        assertThatThrownBy(() -> OutputGuard.requireReplaceable(target, true))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(target).hasContent("old");
        assertThat(files()).containsExactly("target");
    }

    @Test
    void commit_symbolicLink_replacesWhatItPointsTo() throws IOException {
        Path real = Files.writeString(folder.resolve("real"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        write(link, "new");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(real).hasContent("new");
    }

    @Test
    void append_deviceFull_namesTargetAndReason() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        Path target = folder.resolve("target");
        try (AtomicFile file =
                AtomicFile.over(target, folder.resolve("none"), FileChannel.open(full, StandardOpenOption.WRITE))) {
            assertThatThrownBy(() -> file.append(ByteBuffer.wrap(new byte[10])))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(target + ": cannot write: No space left on device");
        }
    }
}
