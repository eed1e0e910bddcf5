// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file was written to while it was in use, so that what is read of it now is not what was opened. */
public final class ChangedFileException extends BadFileException {
    private static final long serialVersionUID = 1L;

    ChangedFileException(Path path, @Nullable Throwable cause) {
        super(
                path,
                "was changed while it was in use, and what was read of it is no longer sure; open it again, and replace files"
                        + " by moving others into their place",
                cause);
    }
}
