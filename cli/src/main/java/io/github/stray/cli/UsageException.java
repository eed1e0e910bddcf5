// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

/** The user asked for something that cannot be: exit code 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
