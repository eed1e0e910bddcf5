// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file's parts contradict each other or its checksum. */
public final class DamagedFileException extends BadFileException {
    private static final long serialVersionUID = 1L;

    DamagedFileException(Path path, String problem) {
        super(path, "damaged: " + problem);
    }

    DamagedFileException(Path path, String problem, @Nullable Throwable cause) {
        super(path, "damaged: " + problem, cause);
    }
}
