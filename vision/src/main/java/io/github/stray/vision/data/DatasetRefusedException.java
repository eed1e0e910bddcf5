// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was asked for of a dataset cannot be: it is not here, has no such split, or not the official layout. */
public final class DatasetRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    DatasetRefusedException(String message) {
        super(message);
    }

    DatasetRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
