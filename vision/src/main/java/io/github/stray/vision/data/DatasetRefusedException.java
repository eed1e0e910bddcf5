// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was asked for of a dataset cannot be: it is not here, has no such split, or not the official layout. */
public final class DatasetRefusedException extends IOException implements Remedied {
    private static final long serialVersionUID = 1L;

    private final Remedy remedy;

    DatasetRefusedException(String message) {
        this(message, Remedy.NONE);
    }

    /** The message does not say the remedy. */
    DatasetRefusedException(String message, Remedy remedy) {
        super(message);
        this.remedy = remedy;
    }

    DatasetRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = Remedy.NONE;
    }

    @Override
    public Remedy remedy() {
        return remedy;
    }

    @Override
    public String about() {
        return "";
    }
}
