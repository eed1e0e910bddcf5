// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk that files are fetched to, and what may be in the way there. */
public final class Storage {
    private Storage() {}

    /**
     * {@return a folder that files can be written to}
     *
     * @param folder the folder; made if it does not exist
     * @throws DownloadUnavailableException if it cannot be made
     */
    public static Path writable(Path folder) throws DownloadUnavailableException {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * {@return that a folder cannot be written to, to be thrown}
     *
     * @param folder the folder
     * @param cause what happened
     */
    public static DownloadUnavailableException unwritable(Path folder, IOException cause) {
        return new DownloadUnavailableException(
                "%s cannot be written to (%s); set STRAY_HOME to a folder that can"
                        .formatted(folder, cause.getMessage()),
                cause);
    }

    /**
     * {@return that a file could not be written to the end, to be thrown}
     *
     * @param file the file
     * @param disk what exists on the same disk
     * @param rest what became of everything else, as a sentence
     * @param cause what happened
     * @throws IOException if the disk cannot be asked for its room
     */
    public static DownloadUnavailableException full(Path file, Path disk, String rest, IOException cause)
            throws IOException {
        return new DownloadUnavailableException(
                "%s cannot be written (%s): %,d bytes of space are left. Nothing was installed; %s"
                        .formatted(
                                file,
                                cause.getMessage(),
                                Files.getFileStore(disk).getUsableSpace(),
                                rest),
                cause);
    }

    /**
     * Makes sure that there is room before anything is fetched.
     *
     * @param folder an existing folder
     * @param what what is fetched, for messages
     * @param fetched bytes that are still to come
     * @param kept bytes that are made of it besides
     * @throws DownloadUnavailableException if there is less room
     * @throws IOException if the disk cannot be asked
     */
    public static void requireSpace(Path folder, String what, long fetched, long kept) throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (Math.addExact(fetched, kept) > usable) {
            throw new DownloadUnavailableException(
                    "not enough room in %s: %,d bytes of %s are to be fetched and at least %,d installed, and %,d are free. Free some, or set STRAY_HOME to another disk."
                            .formatted(folder, fetched, what, kept, usable));
        }
    }
}
