// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A tokenizer's file cannot be used, or does not go with its network; the message says which file and why. */
public final class InvalidTokenizerException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    InvalidTokenizerException(String message) {
        super(message);
    }

    InvalidTokenizerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
