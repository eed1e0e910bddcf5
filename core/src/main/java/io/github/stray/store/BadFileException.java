// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that cannot be used. The message starts with its path; the subtype says what is wrong. */
public abstract sealed class BadFileException extends IOException
        permits TruncatedFileException,
                DamagedFileException,
                ChangedFileException,
                TooNewFileException,
                UnsupportedFileException {
    private static final long serialVersionUID = 1L;

    /** As text, because exceptions can be serialized and paths cannot. */
    private final String path;

    BadFileException(Path path, String problem) {
        super(path + ": " + problem);
        this.path = path.toString();
    }

    BadFileException(Path path, String problem, @Nullable Throwable cause) {
        super(path + ": " + problem, cause);
        this.path = path.toString();
    }

    /** {@return the file's path as it was given} */
    public Path path() {
        return Path.of(path);
    }
}
