// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads folders and lists of a dataset as its authors publish it, and says what is missing or wrong in them. */
final class LayoutFiles {
    private LayoutFiles() {}

    static DatasetRefusedException missing(Path file, @Nullable Throwable cause) {
        return new DatasetRefusedException(
                "%s is missing: the dataset is not in the layout of its authors, or not complete".formatted(file),
                cause);
    }

    static DatasetRefusedException wrong(Path file, String why) {
        return new DatasetRefusedException("%s: %s".formatted(file, why));
    }

    static Path requireFolder(Path folder) throws DatasetRefusedException {
        if (!Files.isDirectory(folder)) {
            throw missing(folder, null);
        }
        return folder;
    }

    static Path requireFile(Path file) throws DatasetRefusedException {
        if (!Files.isRegularFile(file)) {
            throw missing(file, null);
        }
        return file;
    }

    /** Names of folders in a folder, in the order of code points, without hidden ones. */
    static List<String> folders(Path folder) throws IOException {
        return names(folder, true, "");
    }

    /** Names of files with a suffix, in any case, likewise. */
    static List<String> files(Path folder, String suffix) throws IOException {
        return names(folder, false, suffix);
    }

    private static List<String> names(Path folder, boolean folders, String suffix) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.isDirectory(entry) == folders)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !name.startsWith(".")
                            && name.toLowerCase(Locale.ROOT).endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw missing(folder, e);
        }
    }

    /** Lines that are not blank, without white space around them. */
    static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        } catch (MalformedInputException e) {
            throw new DatasetRefusedException("%s is no text in UTF-8".formatted(file), e);
        }
    }

    /** Lines cut at white space, each with at least so many words. */
    static List<String[]> words(Path file, int least) throws IOException {
        var lines = new ArrayList<String[]>();
        for (String line : lines(file)) {
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

    /** The index, from 0, of what a MATLAB file numbers from 1. */
    static int index(Path file, double number, int count, String what) throws IOException {
        if (!(number >= 1 && number <= count)) {
            throw wrong(file, "%s is no number of %s, of which there are %d".formatted(number, what, count));
        }
        return (int) number - 1;
    }

    /** The class of a path that begins with it. */
    static int classOf(Path list, String path, List<String> classes) throws IOException {
        int label = classes.indexOf(path.split("/", 2)[0]);
        if (label < 0) {
            throw wrong(list, "'%s' is in no class of the dataset".formatted(path));
        }
        return label;
    }
}
