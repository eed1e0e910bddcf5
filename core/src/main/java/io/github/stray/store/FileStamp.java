// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file has a name, and in which state: whoever writes to it leaves another one behind. Systems note times to a few
 * milliseconds, so the stamp of a file that was written just now is taken when those have passed.
 */
record FileStamp(@Nullable Object file, long size, FileTime changed) {
    private static final long SURE_MILLIS = 50;
    private static final int MOST_WAITS = 20;

    static FileStamp of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }

    /** The stamp of a file whose next change will show in it. */
    static FileStamp settled(Path path) throws IOException {
        FileStamp stamp = of(path);
        for (int i = 0; Math.abs(System.currentTimeMillis() - stamp.changed.toMillis()) < SURE_MILLIS; i++) {
            if (i == MOST_WAITS) {
                throw new ChangedFileException(path, null);
            }
            try {
                Thread.sleep(SURE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted while opening " + path).initCause(e);
            }
            stamp = of(path);
        }
        return stamp;
    }

    /** Whether a name leads to another file now, which leaves the one that was opened alone. */
    boolean isOfAnotherFile(FileStamp opened) {
        return file != null && !Objects.equals(file, opened.file);
    }
}
