// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A card ({@code extractor.json}) cannot be used. The message names the file and the key. */
public final class InvalidCardException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message names the file and the key
     */
    public InvalidCardException(String message) {
        super(message);
    }

    /**
     * A refusal with its cause.
     *
     * @param message names the file and the key
     * @param cause what went wrong
     */
    public InvalidCardException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
