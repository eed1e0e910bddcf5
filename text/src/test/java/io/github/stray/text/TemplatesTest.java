// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesTest {
    @TempDir
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("templates.txt"), content);
    }

    @Test
    void paper_isTheFiveSentences() throws IOException {
        assertThat(Templates.of("paper").prompts("tench"))
                .containsExactly(
                        "a photo of a tench.",
                        "a blurry photo of a tench.",
                        "a photo of many tench.",
                        "a photo of the large tench.",
                        "a photo of the small tench.");
    }

    @Test
    void mcmOriginal_isOneSentenceWithoutAStop() throws IOException {
        assertThat(Templates.of("mcm-original").prompts("aquarium_fish")).containsExactly("a photo of a aquarium_fish");
    }

    @Test
    void neglabel_isTheNiceWord() throws IOException {
        assertThat(Templates.of("neglabel").prompts("cat")).containsExactly("the nice cat");
        assertThat(Templates.NEGLABEL_ADJECTIVES.prompts("golden")).containsExactly("This is a golden photo");
    }

    @Test
    void file_oneTemplateALine_fillsInEveryName() throws IOException {
        assertThat(Templates.of(file("art of {c}\r\n{c}, or {c}?\n").toString()).prompts("$1 \\cat"))
                .containsExactly("art of $1 \\cat", "$1 \\cat, or $1 \\cat?");
    }

    @Test
    void file_badLine_isRefusedByNumber() throws IOException {
        String noName = file("a {c}\na photo\n").toString();
        assertThatThrownBy(() -> Templates.of(noName))
                .hasMessage(noName + ": line 2 'a photo' has no {c} for the class name");
        String blank = file("a {c}\n\nthe {c}\n").toString();
        assertThatThrownBy(() -> Templates.of(blank)).hasMessageContaining("line 2 is blank");
        String empty = file("").toString();
        assertThatThrownBy(() -> Templates.of(empty)).hasMessageContaining("is empty");
    }

    @Test
    void unknownName_isRefusedWithTheNearest() {
        assertThatThrownBy(() -> Templates.of("papr"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no templates 'papr'")
                .hasMessageContaining("did you mean 'paper'?");
        assertThatThrownBy(() -> new Templates(List.of())).hasMessageContaining("at least one line");
        assertThatThrownBy(() -> new Templates(List.of("cat"))).hasMessageContaining("'cat' has no {c}");
    }
}
