// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is read. What goes wrong on the way names it, which the operating system does not: "Input/output error" says
 * little where a command reads five files. Safe for concurrent use.
 */
public final class InputFile {
    /** Largest file that is read as one piece of text, in bytes; devices end here too. */
    public static final int MOST_TEXT = 256 << 20;

    private InputFile() {}

    /**
     * Opens a file.
     *
     * @param file an existing file
     * @return its bytes, unbuffered; closing it is up to the caller
     * @throws IOException if it cannot be opened; reading throws it too, with the name of the file
     */
    public static InputStream open(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        return new FilterInputStream(bytes) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                try {
                    return in.read(into, offset, length);
                } catch (IOException e) {
                    throw unreadable(file, e);
                }
            }
        };
    }

    /**
     * {@return all bytes of a file that is read as one piece}
     *
     * @param file an existing file
     * @throws IOException if it cannot be read, or has more than {@link #MOST_TEXT} bytes
     */
    public static byte[] bytes(Path file) throws IOException {
        try (InputStream in = open(file)) {
            byte[] bytes = in.readNBytes(MOST_TEXT + 1);
            if (bytes.length > MOST_TEXT) {
                throw new FileSystemException(
                        file.toString(), null, "is larger than the %d MiB that are read".formatted(MOST_TEXT >> 20));
            }
            return bytes;
        }
    }

    /**
     * {@return a failure to read that names the file}
     *
     * @param file what was read
     * @param failure what went wrong
     */
    public static IOException unreadable(Path file, IOException failure) {
        if (failure instanceof FileSystemException named && named.getFile() != null) {
            return failure;
        }
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        var readable = new FileSystemException(file.toString(), null, "cannot be read: " + reason);
        readable.initCause(failure);
        return readable;
    }
}
