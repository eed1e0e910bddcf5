// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;

/** A folder does not say all that its text encoder needs; the images' half can be used without it. */
final class NoTextsException extends IOException {
    private static final long serialVersionUID = 1L;

    NoTextsException(String message) {
        super(message);
    }

    /** What is refused of the texts alone. */
    static NoTextsException of(InvalidCardException refused) {
        return new NoTextsException(String.valueOf(refused.getMessage()));
    }
}
