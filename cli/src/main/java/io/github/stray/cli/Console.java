// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.io.PrintStream;

/**
 * Where a command prints: results on standard output, everything else on standard error.
 *
 * @param out results
 * @param err progress, warnings, errors
 * @param terminal whether standard error is a terminal that a bar can be drawn on
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
    /** Whatever is printed on either steers no terminal. */
    Console {
        out = new VisibleText(out);
        err = new VisibleText(err);
    }

    /** A number as JSON has it: infinities, which it has not, as text. */
    static Object finiteOrText(double value) {
        return Double.isInfinite(value) ? (Object) Double.toString(value) : (Object) value;
    }
}
