// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

/**
 * An entry of a tar archive.
 *
 * @param name path as the archive has it; it may lead anywhere
 * @param kind what it is
 * @param size bytes of its content as its header says
 * @param link what a link leads to, empty for others
 */
public record TarEntry(String name, Kind kind, long size, String link) {
    /** What an entry is. */
    public enum Kind {
        /** A file, whose content follows. */
        FILE,
        /** A folder. */
        FOLDER,
        /** A symbolic or hard link. */
        LINK,
        /** A file that is written without its zeros. */
        SPARSE,
        /** A device, a pipe, or what else is no file. */
        SPECIAL
    }
}
