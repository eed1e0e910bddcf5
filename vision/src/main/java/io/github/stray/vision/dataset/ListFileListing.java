// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.OneLineId;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import io.github.stray.vision.dataset.TabLines.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A list file: UTF-8, a line an image, {@code path TAB label} or only {@code path}. Paths are relative to the list's
 * folder; whatever is listed is a sample, also without an image suffix, and fails alone where it is missing. Blank lines
 * are skipped. Ids are the paths as written, with forward slashes. Spaces at the end of a path are part of it, unless
 * only the path without them names a file. A line has at most 10,000 bytes.
 *
 * <p>Where every label is a number from 0, labels are these numbers and the classes are named {@code 0} to the largest;
 * else labels are class names, numbered in order of their code points. Lines without a label may stand between others.
 * The list is read again each time, a line at a time.
 */
final class ListFileListing {
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");

    private final Path file;
    private final List<String> classNames;
    private final boolean numbered;

    private ListFileListing(Path file) throws IOException {
        this.file = file;
        var names = new TreeSet<String>(ImageNames::comparePaths);
        boolean numbers = true;
        int largest = -1;
        try (TabLines lines = lines()) {
            for (@Nullable Line line = lines.next(); line != null; line = lines.next()) {
                String label = line.label();
                if (label == null) {
                    continue;
                }
                if (label.startsWith("-") && NUMBER.matcher(label.substring(1)).matches()) {
                    throw lines.wrong(
                            "label %s is below 0; leave the label out where an image has none".formatted(label));
                }
                if (names.add(label)) {
                    numbers &= NUMBER.matcher(label).matches();
                    largest = numbers ? Math.max(largest, Integer.parseInt(label)) : largest;
                    if (names.size() > ClassLayout.MOST) {
                        throw lines.wrong("there are more than %d classes".formatted(ClassLayout.MOST));
                    }
                }
            }
        }
        if (numbers && largest >= ClassLayout.MOST) {
            throw new DatasetException(
                    "%s: label %d is too large for the number of a class, at most %d; number them from 0 or give names"
                            .formatted(file, largest, ClassLayout.MOST - 1));
        }
        numbered = numbers;
        classNames = numbers
                ? IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList()
                : List.copyOf(names);
    }

    static Listing of(Path file) throws IOException {
        var list = new ListFileListing(file);
        String name = ArchivePath.stem(String.valueOf(file.getFileName()), ".txt", ".tsv");
        return new Listing(name, file.toString(), list.classNames, list::open);
    }

    private TabLines lines() throws IOException {
        return new TabLines(file, "'path<TAB>label'");
    }

    private Cursor open() throws IOException {
        TabLines lines = lines();
        Cursor cursor = () -> {
            @Nullable Line line = lines.next();
            return line == null ? null : entry(line);
        };
        return cursor.closing(lines);
    }

    private Entry entry(Line line) throws IOException {
        String id = OneLineId.of(line.entry().replace('\\', '/'));
        try {
            Path image = image(line.entry());
            long size = Files.isRegularFile(image) ? Files.size(image) : -1;
            return new Entry(id, label(line.label()), size, new FileImage(image));
        } catch (InvalidPathException e) {
            ImageContent failed = new FailedImage(Kind.UNREADABLE, "'%s' is no file name here".formatted(id));
            return new Entry(id, label(line.label()), -1, failed);
        }
    }

    private Path image(String path) {
        Path written = file.resolveSibling(path);
        String shorter = path.stripTrailing();
        if (shorter.length() == path.length() || Files.exists(written)) {
            return written;
        }
        Path meant = file.resolveSibling(shorter);
        return Files.exists(meant) ? meant : written;
    }

    private OptionalInt label(@Nullable String label) {
        if (label == null) {
            return OptionalInt.empty();
        }
        int index = numbered
                ? Integer.parseInt(label)
                : Collections.binarySearch(classNames, label, ImageNames::comparePaths);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
