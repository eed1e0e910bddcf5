// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
    private static final int MAX_CLASSES = 1_000_000;
    private static final int MAX_LINE = 10_000;

    private final Path file;
    private final List<String> classNames;
    private final boolean numbered;

    private ListFileListing(Path file) throws IOException {
        this.file = file;
        var names = new TreeSet<String>(ImageNames::comparePaths);
        boolean numbers = true;
        int largest = -1;
        try (Lines lines = new Lines()) {
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
                    if (names.size() > MAX_CLASSES) {
                        throw lines.wrong("there are more than %d classes".formatted(MAX_CLASSES));
                    }
                }
            }
        }
        if (numbers && largest >= MAX_CLASSES) {
            throw new DatasetException(
                    "%s: label %d is too large for the number of a class, at most %d; number them from 0 or give names"
                            .formatted(file, largest, MAX_CLASSES - 1));
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

    private Cursor open() throws IOException {
        var lines = new Lines();
        Cursor cursor = () -> {
            @Nullable Line line = lines.next();
            return line == null ? null : entry(line);
        };
        return cursor.closing(lines.in);
    }

    private Entry entry(Line line) throws IOException {
        String id = ImageNames.id(line.path().replace('\\', '/'));
        try {
            Path image = image(line.path());
            long size = Files.isRegularFile(image) ? Files.size(image) : -1;
            return new Entry(id, label(line.label()), size, new FileImage(image));
        } catch (InvalidPathException e) {
            ImageContent failed = new FailedImage("'%s' is no file name here".formatted(id));
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

    private record Line(String path, @Nullable String label) {}

    private final class Lines implements AutoCloseable {
        private final InputStream in;
        private int number;
        private boolean skipLineFeed;

        Lines() throws IOException {
            in = new BufferedInputStream(Files.newInputStream(file));
        }

        @Nullable
        Line next() throws IOException {
            while (true) {
                @Nullable String text = text();
                if (text == null) {
                    return null;
                }
                if (number == 1 && text.startsWith("\uFEFF")) {
                    text = text.substring(1);
                }
                if (text.isBlank()) {
                    continue;
                }
                int tab = text.indexOf('\t');
                String path = tab < 0 ? text : text.substring(0, tab);
                String label = tab < 0 ? "" : text.substring(tab + 1).strip();
                if (path.isBlank() || label.indexOf('\t') >= 0) {
                    throw wrong("expected 'path<TAB>label', got '%s'".formatted(ImageNames.id(text)));
                }
                return new Line(path, label.isEmpty() ? null : label);
            }
        }

        /** The next line without its end, which is LF, CR LF or CR; no more of it is kept than a line may have. */
        private @Nullable String text() throws IOException {
            int next = in.read();
            if (skipLineFeed && next == '\n') {
                next = in.read();
            }
            skipLineFeed = false;
            if (next < 0) {
                return null;
            }
            number++;
            var line = new ByteArrayOutputStream();
            for (; next >= 0 && next != '\n' && next != '\r'; next = in.read()) {
                if (line.size() == MAX_LINE) {
                    throw wrong("the line is longer than %d bytes; expected 'path<TAB>label'".formatted(MAX_LINE));
                }
                line.write(next);
            }
            skipLineFeed = next == '\r';
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(line.toByteArray()))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new DatasetException("%s, line %d: not UTF-8 text".formatted(file, number), e);
            }
        }

        DatasetException wrong(String why) {
            return new DatasetException("%s, line %d: %s".formatted(file, number, why));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
