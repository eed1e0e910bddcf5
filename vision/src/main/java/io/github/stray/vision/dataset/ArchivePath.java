// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.vision.image.ImageSuffixes;

/**
 * Names of archive entries. Nothing is ever unpacked to disk; a name that would leave the folder it is unpacked to is
 * still the mark of a hostile archive, and the whole archive is refused.
 */
final class ArchivePath {
    private ArchivePath() {}

    /** The path with {@code /} between its parts, without {@code .} and empty parts. */
    static String of(String archive, String entry) throws DatasetException {
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
        var parts = new StringBuilder(path.length());
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                throw refused(archive, entry, "leads out of the archive");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.append(parts.isEmpty() ? "" : "/").append(part);
            }
        }
        return parts.toString();
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

    private static DatasetException refused(String archive, String entry, String why) {
        return new DatasetException("%s is refused: its entry '%s' %s; pack it again with relative names"
                .formatted(archive, ImageNames.id(entry), why));
    }
}
