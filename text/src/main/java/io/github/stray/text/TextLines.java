// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import io.github.stray.provenance.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Files with one text a line: UTF-8, with or without a byte order mark, lines ended by LF or CR LF; white space around a
 * text does not count. A blank line is refused rather than skipped, since label c is the name on line c + 1.
 */
public final class TextLines {
    private static final String MARK = "\uFEFF";

    private TextLines() {}

    /** A text and the number of its line, from 1. */
    record Line(int number, String text) {}

    /**
     * {@return class names in label order, at least one}
     *
     * @param file one name a line; the same one may come again, as the crane does in ImageNet, the bird and the machine
     * @throws IllegalArgumentException if the file is no UTF-8, holds nothing or a blank line; the message gives the line
     *     number
     * @throws IOException if it cannot be read
     */
    public static List<String> classNames(Path file) throws IOException {
        return texts(read(file, "class name"));
    }

    /**
     * {@return captions of images, each a class of its own, at least one}
     *
     * @param file one caption a line; the same one may come again
     * @throws IllegalArgumentException if the file is no UTF-8, holds nothing or a blank line
     * @throws IOException if it cannot be read
     */
    public static List<String> captions(Path file) throws IOException {
        return texts(read(file, "caption"));
    }

    /**
     * {@return words that name no class: nouns, and adjectives where that stands behind the word}
     *
     * @param file one word a line; after a tab {@code noun} (the default) or {@code adjective}
     * @throws IllegalArgumentException if the file is no UTF-8, holds nothing, a blank line, a word twice in one part of
     *     speech, or another part of speech; the message gives the line number
     * @throws IOException if it cannot be read
     */
    public static Words words(Path file) throws IOException {
        var words = new LinkedHashSet<Words.Word>();
        for (Line line : read(file, "word")) {
            String[] cells = line.text().split("\t", -1);
            String part = cells.length == 1 ? "noun" : cells[1].strip();
            if (cells.length > 2 || !(part.equals("noun") || part.equals("adjective"))) {
                throw new IllegalArgumentException(
                        "%s: line %d '%s' is no word: expected a word, or a word, a tab and noun or adjective"
                                .formatted(file, line.number(), line.text()));
            }
            if (!words.add(new Words.Word(cells[0].strip(), part.equals("adjective")))) {
                throw new IllegalArgumentException(
                        "%s: line %d has the %s '%s' again".formatted(file, line.number(), part, cells[0].strip()));
            }
        }
        return new Words(List.copyOf(words));
    }

    private static List<String> texts(List<Line> lines) {
        return lines.stream().map(Line::text).toList();
    }

    static List<Line> read(Path file, String what) throws IOException {
        String content;
        try {
            content = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(InputFile.bytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("%s is no UTF-8 text; save it as UTF-8".formatted(file), e);
        }
        if (content.startsWith(MARK)) {
            content = content.substring(1);
        }
        if (content.isBlank()) {
            throw new IllegalArgumentException("%s is empty: expected one %s a line".formatted(file, what));
        }
        String[] raw = content.split("\n", -1);
        int count = raw[raw.length - 1].isEmpty() ? raw.length - 1 : raw.length;
        var lines = new ArrayList<Line>();
        for (int i = 0; i < count; i++) {
            String text = raw[i].strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s: line %d is blank; expected one %s a line, delete the line if it is one too many"
                                .formatted(file, i + 1, what));
            }
            lines.add(new Line(i + 1, text));
        }
        return lines;
    }
}
