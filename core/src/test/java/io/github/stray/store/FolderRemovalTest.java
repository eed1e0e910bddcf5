// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderRemovalTest {
    @TempDir
    Path folder;

    @Test
    void remove_folderWithLinks_leavesWhatTheyLeadTo() throws IOException {
        Path kept = Files.writeString(
                Files.createDirectories(folder.resolve("mine")).resolve("a.txt"), "a");
        Path doomed = folder.resolve("doomed");
        Files.writeString(Files.createDirectories(doomed.resolve("in/deep")).resolve("b.txt"), "b");
        Files.createSymbolicLink(doomed.resolve("link"), kept.getParent());
        FolderRemoval.remove(doomed);
        assertThat(doomed).doesNotExist();
        assertThat(kept).exists();
        FolderRemoval.remove(doomed);
    }

    @Test
    void remove_linkThatLeadsNowhere_isGone() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        FolderRemoval.remove(link);
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }
}
