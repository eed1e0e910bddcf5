// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import org.jspecify.annotations.Nullable;

/** A suite that cannot be used. The message starts with {@code FILE:LINE:}. */
public final class InvalidSuiteException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidSuiteException(String file, int line, String problem, @Nullable Throwable cause) {
        super("%s:%d: %s".formatted(file, line, problem), cause);
    }
}
