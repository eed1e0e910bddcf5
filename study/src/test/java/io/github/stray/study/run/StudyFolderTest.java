// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyFolderTest {
    @TempDir
    Path parent;

    private void assertRefused(Path folder, String suite, String why) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> StudyFolder.claim(folder, suite, false))
                .withMessage("%s %s; take another folder".formatted(folder, why))
                .satisfies(refused -> assertThat(refused.remedy()).isEqualTo(Remedy.FORCE));
    }

    @Test
    void claim_newFolder_isMadeAndMarked() throws IOException {
        Path folder = parent.resolve("a/b");
        Path cells = StudyFolder.claim(folder, "mine", false);
        assertThat(cells).isEqualTo(folder.resolve("cells")).isEmptyDirectory();
        assertThat(folder.resolve("study.txt")).hasContent("stray study mine");
    }

    @Test
    void claim_sameSuiteAgain_keepsFinishedWork() throws IOException {
        Path done = Files.writeString(StudyFolder.claim(parent, "mine", false).resolve("done.json"), "{}");
        assertThat(StudyFolder.claim(parent, "mine", false)).isEqualTo(done.getParent());
        assertThat(done).hasContent("{}");
    }

    @Test
    void claim_anotherSuite_isRefusedUnlessForced() throws IOException {
        Path done = Files.writeString(StudyFolder.claim(parent, "mine", false).resolve("done.json"), "{}");
        assertRefused(parent, "min", "holds the study of another suite");
        assertThat(parent.resolve("study.txt")).hasContent("stray study mine");
        StudyFolder.claim(parent, "other", true);
        assertThat(parent.resolve("study.txt")).hasContent("stray study other");
        assertThat(done).hasContent("{}");
        assertRefused(parent, "mine", "holds the study of another suite");
    }

    @Test
    void claim_markThatIsNoText_isAnotherStudys() throws IOException {
        Files.write(parent.resolve("study.txt"), new byte[] {'s', (byte) 0xC3, '('});
        assertRefused(parent, "mine", "holds the study of another suite");
    }

    @Test
    void claim_again_removesWhatAKilledRunWasWriting() throws IOException {
        Path left = StudyFolder.claim(parent, "mine", false).resolve(".stray-0123456789abcdef.tmp");
        Files.writeString(left, "half");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(120)));
        StudyFolder.claim(parent, "mine", false);
        assertThat(left).doesNotExist();
    }

    @Test
    void claim_foreignFiles_areRefusedUnlessForced() throws IOException {
        Path foreign = Files.writeString(parent.resolve("thesis.txt"), "mine");
        assertRefused(parent, "mine", "is not empty and holds no study");
        assertThat(parent.resolve("cells")).doesNotExist();
        assertThat(StudyFolder.claim(parent, "mine", true)).isEmptyDirectory();
        assertThat(foreign).hasContent("mine");
        StudyFolder.claim(parent, "mine", false);
    }

    @Test
    void claim_fileInItsPlace_isRefused() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "mine");
        for (boolean force : new boolean[] {false, true}) {
            assertThatThrownBy(() -> StudyFolder.claim(file, "mine", force))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThat(file).hasContent("mine");
    }
}
