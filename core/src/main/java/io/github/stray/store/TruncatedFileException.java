// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;

/** The file ends before it should: a copy or download that stopped halfway. */
public final class TruncatedFileException extends BadFileException {
    private static final long serialVersionUID = 1L;

    TruncatedFileException(Path path, String problem) {
        super(path, "truncated: " + problem);
    }
}
