// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;
import java.util.Locale;

/** How scores are written. */
public enum ScoreFormat {
    /** Comma-separated with a header (RFC 4180, lines end with a line feed). */
    CSV,
    /** One JSON object a line. */
    JSON_LINES;

    /**
     * {@return the format that a file name asks for}
     *
     * @param path {@code .csv} or {@code .jsonl}
     * @throws IllegalArgumentException for other suffixes
     */
    public static ScoreFormat of(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return CSV;
        }
        if (name.endsWith(".jsonl")) {
            return JSON_LINES;
        }
        throw new IllegalArgumentException("scores are written as .csv or .jsonl, got '%s'".formatted(path));
    }
}
