// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lists of a dataset, a line an item. */
final class TextLines {
    private TextLines() {}

    /** Lines that are not blank, without white space around them. */
    static List<String> of(Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (NoSuchFileException e) {
            throw new DatasetRefusedException(
                    "%s is missing: the dataset is not in the layout of its authors, or not complete".formatted(file),
                    e);
        } catch (MalformedInputException e) {
            throw new DatasetRefusedException("%s is no text in UTF-8".formatted(file), e);
        }
    }

    /** Lines cut at white space, each with at least so many words. */
    static List<String[]> words(Path file, int least) throws IOException {
        var lines = new ArrayList<String[]>();
        for (String line : of(file)) {
            String[] words = line.split("\\s+");
            if (words.length < least) {
                throw wrong(file, "the line '%s' has fewer than %d words".formatted(line, least));
            }
            lines.add(words);
        }
        return lines;
    }

    /** A number between two bounds. */
    static int number(Path file, String text, int smallest, int largest) throws IOException {
        try {
            int number = Integer.parseInt(text);
            if (number >= smallest && number <= largest) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new DatasetRefusedException("%s: '%s' is no number".formatted(file, text), e);
        }
        throw wrong(file, "%s is not between %d and %d".formatted(text, smallest, largest));
    }

    static DatasetRefusedException wrong(Path file, String why) {
        return new DatasetRefusedException("%s: %s".formatted(file, why));
    }
}
