// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import org.jspecify.annotations.Nullable;

/** The user asked for something that cannot be: exit code 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Makes sure that what was asked for can be; {@code format} says why it cannot. */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    static void require(boolean holds, String format, @Nullable Object... arguments) {
        if (!holds) {
            throw new UsageException(format.formatted(arguments));
        }
    }
}
