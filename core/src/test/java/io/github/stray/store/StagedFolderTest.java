// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFolderTest {
    @TempDir
    Path parent;

    /** A process that fills half a folder and then waits to be killed. */
    static final class HalfFiller {
        private HalfFiller() {}

        public static void main(String[] arguments) throws Exception {
            StagedFolder staged = StagedFolder.in(Path.of(arguments[0]), "networks");
            Files.writeString(
                    Files.createDirectories(staged.path().resolve("models")).resolve("a"), "half");
            System.out.write('x');
            System.out.flush();
            Thread.sleep(Duration.ofMinutes(5));
        }
    }

    private Process halfFiller() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HalfFiller.class.getName(),
                        parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            assertThat(out.read()).isEqualTo('x');
        }
        return process;
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.toList();
        }
    }

    @Test
    void moveTo_filledFolder_isThereWithNothingBeside() throws IOException {
        Path target = parent.resolve("there");
        try (StagedFolder staged = StagedFolder.in(parent, ".adding-")) {
            assertThat(staged.path().getFileName().toString()).matches("\\.adding-[0-9]+");
            Files.writeString(staged.path().resolve("a"), "content");
            assertThat(target).doesNotExist();
            staged.moveTo(target);
        }
        assertThat(entries()).containsExactly(target);
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files).containsExactly(target.resolve("a"));
        }
        assertThat(target.resolve("a")).hasContent("content");
    }

    @Test
    void moveTo_nameIsTaken_failsAndLeavesWhatIsThere() throws IOException {
        Path target = Files.createDirectories(parent.resolve("there"));
        Files.writeString(target.resolve("mine"), "");
        try (StagedFolder staged = StagedFolder.in(parent, ".adding-")) {
            assertThatThrownBy(() -> staged.moveTo(target)).isInstanceOf(IOException.class);
        }
        assertThat(entries()).containsExactly(target);
        assertThat(target.resolve("mine")).exists();
    }

    @Test
    void close_notMoved_leavesNothing() throws IOException {
        StagedFolder staged = StagedFolder.in(parent.resolve("made"), ".adding-");
        Files.writeString(Files.createDirectories(staged.path().resolve("deep")).resolve("a"), "half");
        staged.close();
        staged.close();
        assertThat(parent.resolve("made")).isEmptyDirectory();
    }

    @Test
    void removeLeft_hiddenFoldersWithAReleasedLock_goAfterAMinute() throws Exception {
        Path left = Files.createDirectories(parent.resolve(".pulling-dtd-7"));
        Path young = Files.createDirectories(parent.resolve(".pulling-dtd-8"));
        Path unlocked = Files.createDirectories(parent.resolve(".locks"));
        Path shown = Files.createDirectories(parent.resolve("dtd"));
        for (Path folder : List.of(left, young, shown)) {
            Files.writeString(folder.resolve(".in-use"), "");
        }
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofMinutes(2)));
        Files.setLastModifiedTime(left.resolve(".in-use"), old);
        Files.setLastModifiedTime(shown.resolve(".in-use"), old);
        try (StagedFolder live = StagedFolder.in(parent, ".adding-")) {
            Files.setLastModifiedTime(live.path().resolve(".in-use"), old);

            StagedFolder.removeLeft(parent);
            StagedFolder.removeLeft(parent.resolve("absent"));

            assertThat(entries()).containsExactlyInAnyOrder(young, unlocked, shown, live.path());
        }
    }

    @Test
    void in_leftByAKilledProcess_isDeletedAndNothingElse() throws Exception {
        Path foreign = Files.createDirectories(parent.resolve("networks-of-mine"));
        Path unlocked = Files.createDirectories(parent.resolve("networks1"));
        Path file = Files.writeString(parent.resolve("networks2"), "");
        Process process = halfFiller();
        assertThat(StagedFolder.list(parent, "networks")).hasSize(3);
        try (StagedFolder first = StagedFolder.in(parent, "networks");
                StagedFolder second = StagedFolder.in(parent, "networks")) {
            assertThat(entries()).as("what is in use stays").hasSize(6).contains(first.path(), second.path());
        }
        process.destroyForcibly().waitFor();
        assertThat(entries()).hasSize(4);
        StagedFolder.in(parent, "networks").close();
        assertThat(entries()).containsExactlyInAnyOrder(foreign, unlocked, file);
    }

    @Test
    void in_processAskedToEnd_leavesNothing() throws Exception {
        assumeTrue(File.separatorChar == '/', "needs signals");
        Process process = halfFiller();
        process.destroy();
        process.waitFor();
        assertThat(entries()).isEmpty();
    }

    @Test
    void remove_folderOrLink_leavesWhatALinkLeadsTo() throws IOException {
        Path mine = Files.createDirectories(parent.resolve("mine"));
        Path link = Files.createSymbolicLink(parent.resolve("link"), mine);
        Path doomed = Files.createDirectories(parent.resolve("doomed"));
        Files.writeString(doomed.resolve("a"), "");
        StagedFolder.remove(link, ".removing-");
        StagedFolder.remove(doomed, ".removing-");
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(entries()).containsExactly(mine);
    }

    @Test
    void linkOrCopy_isTheSameContent_andNeverReplaces(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");
        StagedFolder.linkOrCopy(file, folder.resolve("place"));
        assertThat(folder.resolve("place")).hasContent("content");
        Path taken = Files.writeString(folder.resolve("taken"), "other");
        assertThatThrownBy(() -> StagedFolder.linkOrCopy(file, taken)).isInstanceOf(IOException.class);
        assertThat(taken).hasContent("other");
    }

    @Test
    void in_folder_hasThePermissionsOfOneMadeByHand() throws IOException {
        assumeTrue(File.separatorChar == '/', "needs permissions");
        Path usual = Files.createDirectory(parent.resolve("usual"));
        try (StagedFolder staged = StagedFolder.in(parent, ".adding-")) {
            assertThat(Files.getPosixFilePermissions(staged.path())).isEqualTo(Files.getPosixFilePermissions(usual));
        }
    }
}
