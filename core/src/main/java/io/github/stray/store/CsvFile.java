// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes tables as CSV (RFC 4180, UTF-8, lines end in LF). */
public final class CsvFile {
    /** What a field has quotes for; RFC 4180 has no control characters outside of them. */
    private static final Pattern SPECIAL = Pattern.compile("[,\"\\p{Cntrl}]");

    private CsvFile() {}

    /**
     * Writes a whole table. Rows are taken one by one.
     *
     * @param target as for {@link AtomicFile#create}
     * @param columns names of the columns
     * @param rows cells of each row, as texts; line breaks and tabs of sample ids are written as such
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public static void write(Path target, List<String> columns, Stream<List<Object>> rows) throws IOException {
        try (AtomicFile file = AtomicFile.create(target);
                var out = new BufferedWriter(new OutputStreamWriter(file.stream(), StandardCharsets.UTF_8), 1 << 16)) {
            out.write(line(columns));
            for (var each = rows.iterator(); each.hasNext(); ) {
                out.write(line(each.next()));
            }
            out.flush();
            file.commit();
        }
    }

    private static String line(List<?> cells) {
        var line = new StringJoiner(",", "", "\n");
        cells.forEach(cell -> line.add(field(cell.toString())));
        return line.toString();
    }

    /** A text as a field, in quotes where it needs them. */
    static String field(String text) {
        return SPECIAL.matcher(text).find() ? quoted(text) : text;
    }

    static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
