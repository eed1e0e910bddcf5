// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextLinesTest {
    @TempDir
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("names.txt"), content);
    }

    @Test
    void classNames_keepOrderAndInnerSpaces() throws IOException {
        assertThat(TextLines.classNames(file("\uFEFFzebra\r\n garbage  truck \t\r\naquarium_fish")))
                .containsExactly("zebra", "garbage  truck", "aquarium_fish");
    }

    @Test
    void classNames_twice_areTwoClasses() throws IOException {
        assertThat(TextLines.classNames(file("tench\ncrane\ncrane \n"))).containsExactly("tench", "crane", "crane");
    }

    @Test
    void blankLine_isRefusedByNumber() throws IOException {
        for (String content : new String[] {"cat\n \ndog\n", "\ncat\n", "cat\n\n"}) {
            int line = content.startsWith("\n") ? 1 : 2;
            Path file = file(content);
            assertThatThrownBy(() -> TextLines.classNames(file))
                    .hasMessageStartingWith(
                            "%s: line %d is blank; expected one class name a line".formatted(file, line));
        }
    }

    @Test
    void nothing_isRefused() throws IOException {
        for (String content : new String[] {"", "\n\n", "  \r\n"}) {
            Path file = file(content);
            assertThatThrownBy(() -> TextLines.captions(file))
                    .hasMessage(file + " is empty: expected one caption a line");
        }
    }

    @Test
    void otherEncoding_isRefused() throws IOException {
        Path file = Files.write(folder.resolve("latin1.txt"), "café\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TextLines.classNames(file)).hasMessageContaining("is no UTF-8 text");
        assertThatThrownBy(() -> TextLines.classNames(folder.resolve("absent.txt")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void captions_mayRepeat() throws IOException {
        assertThat(TextLines.captions(file("a dog\na dog\n"))).containsExactly("a dog", "a dog");
    }

    @Test
    void words_areNounsUnlessSaidOtherwise() throws IOException {
        assertThat(TextLines.words(file("table\ngolden\tadjective\ngolden\tnoun\n"))
                        .all())
                .containsExactly(
                        new Words.Word("table", false),
                        new Words.Word("golden", true),
                        new Words.Word("golden", false));
    }

    @Test
    void words_badLine_isRefusedByNumber() throws IOException {
        Path verb = file("table\nrun\tverb\n");
        assertThatThrownBy(() -> TextLines.words(verb))
                .hasMessageContaining("line 2 'run\tverb' is no word")
                .hasMessageContaining("a tab and noun or adjective");
        Path again = file("table\nchair\ntable\tnoun\n");
        assertThatThrownBy(() -> TextLines.words(again)).hasMessage(again + ": line 3 has the noun 'table' again");
    }
}
