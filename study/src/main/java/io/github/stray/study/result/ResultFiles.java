// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import com.grack.nanojson.JsonWriter;
import io.github.stray.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the tables of what a study found into a folder. */
public final class ResultFiles {
    /** The files that are written. */
    public static final List<String> NAMES = List.of("results.json", "results.csv", "results.md");

    private ResultFiles() {}

    /**
     * Writes {@link #NAMES}.
     *
     * @param folder an existing folder
     * @param results what a study found
     * @throws IOException if a file cannot be written
     */
    public static void write(Path folder, StudyResults results) throws IOException {
        AtomicFile.write(
                folder.resolve("results.json"),
                JsonWriter.indent("  ")
                                .string()
                                .object(ResultsJson.document(results))
                                .done() + "\n");
        AtomicFile.write(folder.resolve("results.csv"), ResultsCsv.text(results));
        AtomicFile.write(folder.resolve("results.md"), ResultsMarkdown.text(results));
    }
}
