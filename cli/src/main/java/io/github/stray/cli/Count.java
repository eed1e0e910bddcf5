// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.util.Locale;

/** Numbers with their nouns. */
final class Count {
    private Count() {}

    /** Such as {@code 1 row}, {@code 0 rows}, {@code 12,000 rows}. */
    static String of(long n, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? one : many);
    }
}
