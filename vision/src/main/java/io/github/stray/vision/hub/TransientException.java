// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A failure that may pass: a broken connection, too many requests, a server in trouble. */
final class TransientException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    TransientException(String message, Optional<Duration> retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** What the server asks for. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
