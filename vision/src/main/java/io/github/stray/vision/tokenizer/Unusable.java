// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A tokenizer is refused; the message names file, key, what was found and what was expected. */
final class Unusable extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    Unusable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
