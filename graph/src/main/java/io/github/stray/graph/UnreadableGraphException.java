// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import java.io.IOException;

/** A graph is damaged, or does not have the shape that was looked for; the message says what was found instead. */
public final class UnreadableGraphException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableGraphException(String message) {
        super(message);
    }

    UnreadableGraphException(String message, Throwable cause) {
        super(message, cause);
    }
}
