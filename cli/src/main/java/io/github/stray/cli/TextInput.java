// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.text.TextLines;
import io.github.stray.text.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Class names, captions and words of text files to embeddings. */
record TextInput(CommonOptions common) {
    static final String TEMPLATES_HELP =
            "What is said of a class: paper (five sentences), mcm-original (one), neglabel (the nice {c}), or a file with one template a line, {c} standing for the name";

    ClassEmbeddings classes(TextEncoder encoder, Path file, Templates templates) throws IOException {
        List<String> names = TextLines.classNames(file);
        try (var progress =
                progress("prompts", (long) names.size() * templates.lines().size())) {
            return encoder.classes(names, templates, progress::advance);
        }
    }

    ClassEmbeddings captions(TextEncoder encoder, Path file) throws IOException {
        List<String> captions = TextLines.captions(file);
        try (var progress = progress("captions", captions.size())) {
            return encoder.captions(captions, progress::advance);
        }
    }

    NegativeWords negatives(TextEncoder encoder, Path file) throws IOException {
        Words words = TextLines.words(file);
        try (var progress = progress("words", words.all().size())) {
            return encoder.negatives(words, progress::advance);
        }
    }

    /** What should be known of texts that come again. */
    static List<String> notes(ClassEmbeddings made, String what) {
        long repeated = made.classes() - made.names().stream().distinct().count();
        return repeated == 0
                ? List.of()
                : List.of("%s %s that came before; each is a class of its own all the same"
                        .formatted(Count.of(repeated, "line repeats", "lines repeat"), what));
    }

    private Progress progress(String unit, long total) {
        return common.progress("encoding", unit, total);
    }
}
