// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.vision.download.Text;
import io.github.stray.vision.image.ImageSuffixes;
import java.nio.file.Path;

/**
 * Names of archive entries. Nothing is ever unpacked to disk; a name that would leave the folder it is unpacked to is
 * still the mark of a hostile archive, and the whole archive is refused.
 *
 * <p>A backslash separates folders only in an archive without any {@code /}, as some programs of Windows write it: it may
 * also be half of a Japanese or Chinese character. A name that leads out of the archive in either reading is refused.
 */
enum ArchivePath {
    /** Folders are separated by {@code /} alone. */
    OF_SLASHES,
    /** Folders are separated by {@code \}. */
    OF_BACKSLASHES;

    /** The path with {@code /} between its parts, without {@code .} and empty parts. */
    String of(Path archive, String entry) throws DatasetException {
        String path = entry.replace('\\', '/');
        if (path.indexOf('\0') >= 0) {
            throw refused(archive, entry, "holds a NUL character");
        }
        if (path.startsWith("/")) {
            throw refused(archive, entry, "is an absolute path");
        }
        if (path.length() >= 2 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0))) {
            throw refused(archive, entry, "names a drive");
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                throw refused(archive, entry, "leads out of the archive");
            }
        }
        var parts = new StringBuilder(path.length());
        for (String part : (this == OF_BACKSLASHES ? path : entry).split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.append(parts.isEmpty() ? "" : "/").append(part);
            }
        }
        return parts.toString();
    }

    /** Whether an entry of a zip archive is a folder, which its name tells. */
    boolean isFolder(String entry) {
        return entry.endsWith("/") || (this == OF_BACKSLASHES && entry.endsWith("\\"));
    }

    /** Whether the entry is to be taken: an image suffix, nothing hidden on the way. */
    static boolean isImage(String path) {
        for (String part : path.split("/", -1)) {
            if (ImageNames.isHidden(part)) {
                return false;
            }
        }
        return ImageSuffixes.isImage(path);
    }

    /** Name of an archive without folder and suffix. */
    static String stem(String fileName, String... suffixes) {
        for (String suffix : suffixes) {
            if (fileName.length() > suffix.length()
                    && fileName.regionMatches(true, fileName.length() - suffix.length(), suffix, 0, suffix.length())) {
                return fileName.substring(0, fileName.length() - suffix.length());
            }
        }
        return fileName;
    }

    private static DatasetException refused(Path archive, String entry, String why) {
        return new DatasetException("%s is refused: its entry '%s' %s; pack it again with relative names"
                .formatted(archive, Text.printable(entry), why));
    }
}
