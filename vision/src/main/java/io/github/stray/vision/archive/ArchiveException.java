// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.io.IOException;
import java.nio.file.Path;

/** An archive cannot be read, or is refused as a whole; the message names it and says why, in one line for a user. */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    private ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }

    private ArchiveException(String message) {
        super(message);
    }

    /** The bytes are not those of such an archive, or some are missing. */
    static ArchiveException damaged(Path file, String kind, String why) {
        return new ArchiveException("%s is damaged or truncated, or no %s archive: %s".formatted(file, kind, why));
    }

    /** The same, found by what reads it. */
    static ArchiveException damaged(Path file, String kind, IOException cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new ArchiveException(
                "%s is damaged or truncated, or no %s archive: %s".formatted(file, kind, why), cause);
    }

    /** It can be read, but not by Stray; {@code why} goes on after the name. */
    static ArchiveException unread(Path file, String why) {
        return new ArchiveException(file + " " + why);
    }

    /** No honest archive is like that. */
    static ArchiveException refused(Path file, String why) {
        return new ArchiveException("%s is refused: %s".formatted(file, why));
    }
}
