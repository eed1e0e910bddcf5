// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A card ({@code extractor.json}) cannot be used. The message names the file and the key. */
public final class InvalidCardException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidCardException(String message) {
        super(message);
    }

    InvalidCardException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
