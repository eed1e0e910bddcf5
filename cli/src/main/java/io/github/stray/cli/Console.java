// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonWriter;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /** One line of the results. */
    void say(String format, @Nullable Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
    }

    /** What a user should know about the results, unless it was not to be said. */
    void notes(boolean quiet, List<String> notes) {
        if (!quiet) {
            notes.forEach(note -> err.println("stray: note: " + note));
        }
    }

    /** A number as JSON has it: infinities, which it has not, as text. */
    static Object finiteOrText(double value) {
        return Double.isInfinite(value) ? (Object) Double.toString(value) : (Object) value;
    }
}
