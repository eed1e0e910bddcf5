// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.vision.dataset.TabLines.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** Ids of samples in a file, one a line, as id-list files have them. */
public final class SampleIds {
    private SampleIds() {}

    /**
     * Reads ids. What follows a tab, and a first line {@code #input TAB SPEC}, is passed over: an id-list file will do.
     *
     * @param file UTF-8, a line an id; blank lines are skipped
     * @return the ids, in order, at least one
     * @throws IOException if it cannot be read, is no such text, or holds no id
     */
    public static SequencedSet<String> read(Path file) throws IOException {
        var ids = new LinkedHashSet<String>();
        try (var lines = new TabLines(file, "the id of a sample")) {
            if (IdListListing.spec(file) != null) {
                lines.skip();
            }
            for (@Nullable Line line = lines.next(); line != null; line = lines.next()) {
                ids.add(line.entry());
            }
        }
        if (ids.isEmpty()) {
            throw new DatasetException("%s holds no ids; expected one a line".formatted(file));
        }
        return Collections.unmodifiableSequencedSet(ids);
    }
}
