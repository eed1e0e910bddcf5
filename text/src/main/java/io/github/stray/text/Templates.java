// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import io.github.stray.detect.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sentences that a class name is put into, {@code {c}} standing for the name. Immutable.
 *
 * @param lines one or more templates, each with {@code {c}} at least once
 */
public record Templates(List<String> lines) {
    private static final String NAME = "{c}";

    /** The five of Fort et al., the default. */
    public static final Templates PAPER = new Templates(List.of(
            "a photo of a {c}.",
            "a blurry photo of a {c}.",
            "a photo of many {c}.",
            "a photo of the large {c}.",
            "a photo of the small {c}."));

    /** The single one of MCM (arXiv 2211.13445). */
    public static final Templates MCM_ORIGINAL = new Templates(List.of("a photo of a {c}"));

    /** NegLabel's (arXiv 2403.20078) for class names and nouns. */
    public static final Templates NEGLABEL = new Templates(List.of("the nice {c}"));

    /** NegLabel's for adjectives. */
    public static final Templates NEGLABEL_ADJECTIVES = new Templates(List.of("This is a {c} photo"));

    /** Checks that there is something to fill in. */
    public Templates {
        lines = List.copyOf(lines);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("templates need at least one line with " + NAME + ", got none");
        }
        for (String line : lines) {
            if (!line.contains(NAME)) {
                throw new IllegalArgumentException("template '%s' has no %s for the class name".formatted(line, NAME));
            }
        }
    }

    private static Map<String, Templates> named() {
        var named = new LinkedHashMap<String, Templates>();
        named.put("paper", PAPER);
        named.put("mcm-original", MCM_ORIGINAL);
        named.put("neglabel", NEGLABEL);
        return named;
    }

    /**
     * {@return templates by name, or of a file}
     *
     * @param nameOrFile {@code paper}, {@code mcm-original}, {@code neglabel}, or a UTF-8 file with one template a line; a
     *     name goes before a file that happens to be called the same
     * @throws IllegalArgumentException if it is neither, or a line is blank or has no {@code {c}}; the message names it
     * @throws IOException if the file cannot be read
     */
    public static Templates of(String nameOrFile) throws IOException {
        Templates known = named().get(nameOrFile);
        if (known != null) {
            return known;
        }
        Path file;
        try {
            file = Path.of(nameOrFile);
        } catch (InvalidPathException e) {
            throw unknown(nameOrFile, e);
        }
        if (!Files.isRegularFile(file)) {
            throw unknown(nameOrFile, null);
        }
        var lines = new ArrayList<String>();
        for (TextLines.Line line : TextLines.read(file, "template")) {
            if (!line.text().contains(NAME)) {
                throw new IllegalArgumentException("%s: line %d '%s' has no %s for the class name"
                        .formatted(file, line.number(), line.text(), NAME));
            }
            lines.add(line.text());
        }
        return new Templates(lines);
    }

    private static IllegalArgumentException unknown(String given, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "no templates '%s', neither a name nor a file with one template a line; %s"
                        .formatted(given, Suggestion.among(given, named().keySet())),
                cause);
    }

    /**
     * {@return what is said of one class, one prompt a template}
     *
     * @param className name, put in as it is
     */
    public List<String> prompts(String className) {
        return lines.stream().map(line -> line.replace(NAME, className)).toList();
    }
}
