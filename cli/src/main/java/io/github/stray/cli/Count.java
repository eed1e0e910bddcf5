// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers in text: with their nouns, and the same on every machine. */
final class Count {
    private Count() {}

    /** Such as {@code 1 row}, {@code 0 rows}, {@code 12,000 rows}. */
    static String of(long n, String one, String many) {
        return formatted("%,d %s", n, n == 1 ? one : many);
    }

    /** A text in the locale of the root, whatever that of the machine. */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    static String formatted(String format, @Nullable Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
