// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;

/** The file was written by a later release in a format that this one does not know. */
public final class TooNewFileException extends BadFileException {
    private static final long serialVersionUID = 1L;

    TooNewFileException(Path path, String problem) {
        super(path, "too new: " + problem);
    }
}
