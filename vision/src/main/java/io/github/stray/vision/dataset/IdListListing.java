// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.provenance.InputFile;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import io.github.stray.vision.dataset.TabLines.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An id-list file: some samples of another input, by id. UTF-8; the first line is {@code #input TAB SPEC}, each further
 * line {@code id} or {@code id TAB class}, in the order of that input. A class is the name of one of the input's and
 * replaces the sample's own; where it is left out the sample keeps what it has. Blank lines are skipped. The list is
 * never held: it is read beside the input, a line at a time.
 */
final class IdListListing {
    /** What the first line starts with. */
    static final String MARK = "#input\t";

    private final Path file;
    private final Listing input;
    private final Map<String, Integer> classes = new HashMap<>();

    private IdListListing(Path file, Listing input) throws IOException {
        this.file = file;
        this.input = input;
        List<String> names = input.classNames();
        for (int i = 0; i < names.size(); i++) {
            classes.putIfAbsent(names.get(i), i);
        }
        try (Cursor cursor = open()) {
            while (cursor.next() != null) {
                // Reading to the end checks ids, their order and classes.
            }
        }
    }

    /** Checks every line against the input, which is listed once for that. */
    static Listing of(Path file, Listing input) throws IOException {
        var list = new IdListListing(file, input);
        String name = ArchivePath.stem(String.valueOf(file.getFileName()), ".txt", ".tsv");
        return new Listing(name, file.toString(), input.classNames(), list::open);
    }

    /** The SPEC of an id-list file; null if a file is none. */
    static @Nullable String spec(Path file) throws IOException {
        byte[] start;
        try (var in = InputFile.open(file)) {
            start = in.readNBytes(1 << 14);
        }
        String text = new String(start, StandardCharsets.UTF_8);
        int from = text.startsWith("\uFEFF") ? 1 : 0;
        if (!text.startsWith(MARK, from)) {
            return null;
        }
        String spec = text.substring(from + MARK.length()).lines().findFirst().orElse("");
        if (spec.isBlank()) {
            throw new DatasetException(
                    "%s, line 1: expected '#input<TAB>INPUT', the input whose samples are listed".formatted(file));
        }
        return spec;
    }

    private Cursor open() throws IOException {
        return new Listed();
    }

    private final class Listed implements Cursor {
        private final TabLines lines = new TabLines(file, "'id' or 'id<TAB>class'");
        private final Cursor all;

        Listed() throws IOException {
            try {
                lines.skip();
                all = input.open();
            } catch (IOException | RuntimeException e) {
                lines.close();
                throw e;
            }
        }

        @Override
        public @Nullable Entry next() throws IOException {
            @Nullable Line line = lines.next();
            if (line == null) {
                return null;
            }
            for (@Nullable Entry entry = all.next(); entry != null; entry = all.next()) {
                if (entry.id().equals(line.entry())) {
                    return new Entry(entry.id(), label(line, entry), entry.size(), entry.content());
                }
            }
            throw missing(line);
        }

        private OptionalInt label(Line line, Entry entry) throws IOException {
            if (line.label() == null) {
                return entry.label();
            }
            Integer index = classes.get(line.label());
            if (index == null) {
                throw wrong(
                        line.number(),
                        classes.isEmpty()
                                ? "%s has no classes, so '%s' is none of them".formatted(input.where(), line.label())
                                : "'%s' is no class of %s".formatted(line.label(), input.where()));
            }
            // Of classes with the same name the sample's own is meant.
            boolean own = entry.label().isPresent()
                    && input.classNames().get(entry.label().getAsInt()).equals(line.label());
            return own ? entry.label() : OptionalInt.of(index);
        }

        @Override
        public void close() throws IOException {
            try (lines) {
                all.close();
            }
        }
    }

    private DatasetException missing(Line line) throws IOException {
        try (Cursor cursor = input.open()) {
            for (@Nullable Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
                if (entry.id().equals(line.entry())) {
                    return wrong(
                            line.number(),
                            "the sample '%s' is listed twice, or behind one that comes later in %s; list ids once and in its order"
                                    .formatted(line.entry(), input.where()));
                }
            }
        }
        return wrong(line.number(), "%s holds no sample '%s'".formatted(input.where(), line.entry()));
    }

    private DatasetException wrong(int number, String why) {
        return new DatasetException("%s, line %d: %s".formatted(file, number, why));
    }
}
