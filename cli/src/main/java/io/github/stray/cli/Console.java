// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonWriter;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Where a command prints: results on standard output, everything else on standard error.
 *
 * @param out results
 * @param err progress, warnings, errors
 * @param terminal whether standard error is a terminal that a bar can be drawn on
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {

    void json(Map<String, ?> document) {
        out.println(JsonWriter.indent("  ").string().object(document).done());
    }

    /** Prints a result: the document where JSON was asked for, else the lines. */
    void print(boolean json, Map<String, ?> document, List<String> lines) {
        if (json) {
            json(document);
        } else {
            lines.forEach(out::println);
        }
    }
}
