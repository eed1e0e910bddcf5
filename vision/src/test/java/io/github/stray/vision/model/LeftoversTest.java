// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    private final FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));

    @TempDir
    Path temporary;

    private Path folder(String name, String... files) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        for (String file : files) {
            Files.writeString(folder.resolve(file), "library");
        }
        Files.setLastModifiedTime(folder, old);
        return folder;
    }

    @Test
    void remove_filesOfHomeThatWereBeingWritten_goInAllItsFolders() throws IOException {
        for (String place : new String[] {"native/library-1", "models", "models/net", "cache/features", "data/set"}) {
            Path folder = Files.createDirectories(temporary.resolve("home").resolve(place));
            Path half = Files.writeString(folder.resolve(".stray-0123456789abcdef.tmp"), "half");
            Files.setLastModifiedTime(half, old);
            Path young = Files.writeString(folder.resolve(".stray-0123456789abcdee.tmp"), "half");
            Path whole = Files.writeString(folder.resolve("whole"), "whole");
            Leftovers.remove(temporary.resolve("home"), temporary);
            assertThat(half).doesNotExist();
            assertThat(young).exists();
            assertThat(whole).exists();
        }
    }

    /** As of a launcher that was killed before it opened both ends. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void remove_oldPipesOfTheLauncher_goAndNothingElse() throws Exception {
        Path left = pipe("stray-123.err", "2 hours ago");
        Path young = pipe("stray-124.err", "now");
        Path file = Files.writeString(temporary.resolve("stray-125.err"), "mine");
        Files.setLastModifiedTime(file, old);
        Path other = pipe("stray-x.err", "2 hours ago");
        Leftovers.remove(temporary.resolve("home"), temporary);
        assertThat(left).doesNotExist();
        assertThat(young).exists();
        assertThat(file).exists();
        assertThat(other).exists();
    }

    private Path pipe(String name, String age) throws IOException, InterruptedException {
        Path pipe = temporary.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        // Java opens what it dates, and would wait for the other end.
        assertThat(new ProcessBuilder("touch", "-h", "-d", age, pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        return pipe;
    }

    @Test
    void remove_oldLibrariesOfNobody_goAndNothingElse() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "only Linux tells what processes use");
        folder("onnxruntime-java1");
        folder("onnxruntime-java2", "libonnxruntime.so", "libonnxruntime4j_jni.so");
        Path used = folder("onnxruntime-java3", "libonnxruntime.so");
        Path mine = folder("onnxruntime-java4", "libonnxruntime.so", "notes.txt");
        Path other = folder("onnxruntime", "libonnxruntime.so");
        Path young = folder("onnxruntime-java5", "libonnxruntime.so");
        Files.setLastModifiedTime(young, FileTime.from(Instant.now()));
        Path adding = Files.createDirectories(temporary.resolve("home/models/.adding-1"));
        Files.writeString(adding.resolve(".in-use"), "");
        Files.setLastModifiedTime(adding.resolve(".in-use"), old);

        try (FileChannel library = FileChannel.open(used.resolve("libonnxruntime.so"));
                Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = library.map(FileChannel.MapMode.READ_ONLY, 0, 7, arena);
            Leftovers.remove(temporary.resolve("home"), temporary);
            assertThat(mapped.byteSize()).isEqualTo(7);
        }

        assertThat(temporary.resolve("onnxruntime-java1")).doesNotExist();
        assertThat(temporary.resolve("onnxruntime-java2")).doesNotExist();
        assertThat(adding).doesNotExist();
        assertThat(used).isNotEmptyDirectory();
        assertThat(mine).isNotEmptyDirectory();
        assertThat(other).isNotEmptyDirectory();
        assertThat(young).isNotEmptyDirectory();
    }
}
