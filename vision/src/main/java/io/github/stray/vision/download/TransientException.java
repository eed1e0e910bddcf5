// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A failure that may pass: a broken connection, too many requests, a server in trouble. */
public final class TransientException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    /**
     * A failure.
     *
     * @param message one line for a user
     * @param retryAfter what the server asks to wait
     * @param cause what happened below
     */
    public TransientException(String message, Optional<Duration> retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** {@return how long to wait, if the server says so} */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
