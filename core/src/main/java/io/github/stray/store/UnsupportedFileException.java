// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file is sound, as far as can be told, but not of the kind expected here, or holds what Stray cannot use. */
public final class UnsupportedFileException extends BadFileException {
    private static final long serialVersionUID = 1L;

    UnsupportedFileException(Path path, String problem) {
        super(path, problem);
    }

    UnsupportedFileException(Path path, String problem, @Nullable Throwable cause) {
        super(path, problem, cause);
    }
}
