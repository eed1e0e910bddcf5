// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

/** A set that has no features, for a reason that its cells are to show. */
final class SetFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    SetFailedException(String reason, Throwable cause) {
        super(reason, cause);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
