// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.store.FeatureFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class KilledExtractTest {
    private static final int COPIES = 600;

    @TempDir
    static Path images;

    @TempDir
    Path folder;

    private Path target;

    @BeforeAll
    static void copyImages() throws IOException {
        Path signs = Images.signs(Files.createDirectories(images.resolve("signs")), 1);
        Path first;
        try (Stream<Path> files = Files.walk(signs)) {
            first = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
        }
        Path many = Files.createDirectory(images.resolve("many"));
        for (int i = 0; i < COPIES; i++) {
            Files.copy(first, many.resolve("%04d.png".formatted(i)));
        }
    }

    @BeforeEach
    void name() {
        target = folder.resolve("f.safetensors");
    }

    private Process extract() throws IOException {
        return Cli.process(
                        System.getProperty("java.class.path"),
                        "extract",
                        "-m",
                        "stray-mini",
                        "-i",
                        images.resolve("many"),
                        "-o",
                        target,
                        "--batch",
                        1,
                        "--threads",
                        1)
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "log.txt"))
                .start();
    }

    private List<Path> temporaries() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    /** Waits until the file is being written, which is after the start of Java and the loading of the network. */
    private void awaitTemporary(Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (temporaries().isEmpty()) {
            assertThat(process.isAlive() || !temporaries().isEmpty())
                    .as(() -> "still to begin; exit %d: %s".formatted(process.exitValue(), log()))
                    .isTrue();
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void assertRunsAgain() throws IOException {
        for (Path left : temporaries()) {
            Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(120)));
        }
        Cli.done("extract", "-m", "stray-mini", "-i", images.resolve("signs"), "-o", target);
        assertThat(FeatureFile.read(target).rows()).isEqualTo(8);
        assertThat(temporaries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 150, 400, 900})
    void killed_whileWriting_leavesNoFileAndCanRunAgain(long millis) throws Exception {
        Process process = extract();
        awaitTemporary(process);
        process.waitFor(millis, TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        if (Files.exists(target)) {
            assertThat(FeatureFile.read(target).rows()).isEqualTo(COPIES);
        }
        assertRunsAgain();
    }

    @Test
    void killed_whileReplacing_keepsTheOldFile() throws Exception {
        Cli.done("extract", "-m", "stray-mini", "-i", images.resolve("signs"), "-o", target);
        byte[] old = Files.readAllBytes(target);
        Process process = extract();
        awaitTemporary(process);
        assumeTrue(process.destroyForcibly().waitFor() != 0);
        assertThat(Files.readAllBytes(target)).isEqualTo(old);
        assertRunsAgain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void interrupted_whileWriting_leavesNothing(String signal) throws Exception {
        Process process = extract();
        try {
            awaitTemporary(process);
            assumeFalse(ignored(process, signal), () -> "this JVM's children ignore " + signal);
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
            assertThat(kill.waitFor()).isZero();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isIn(0, 130, 143);
            assumeTrue(process.exitValue() != 0, "it was faster than the signal");
            assertThat(target).doesNotExist();
            assertThat(temporaries()).isEmpty();
            assertThat(Files.readString(folder.resolve("log.txt"))).doesNotContain("internal error", "\tat ");
        } finally {
            process.destroyForcibly();
        }
    }

    /** A shell without job control starts background processes with SIGINT ignored, and they hand that on. */
    private static boolean ignored(Process process, String signal) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask;
        try (Stream<String> lines = Files.lines(status)) {
            mask = lines.filter(line -> line.startsWith("SigIgn:")).findFirst().orElse("SigIgn: 0");
        }
        long bits = Long.parseUnsignedLong(mask.substring("SigIgn:".length()).strip(), 16);
        return (bits & (1L << (signal.equals("INT") ? 1 : 14))) != 0;
    }
}
