// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.util.Locale;
import java.util.Set;

/**
 * A file of a repository, as its listing describes it.
 *
 * @param path place in the repository, parts separated by {@code /}; safe to use below a folder
 * @param size length in bytes
 * @param digest digest of its content
 */
record HubFile(String path, long size, ContentDigest digest) {
    private static final int LONGEST = 1000;
    private static final Set<String> DEVICES = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$");

    HubFile {
        if (!isSafe(path)) {
            throw new IllegalArgumentException(
                    "the path '%s' is refused: it could leave the folder it belongs to, or is no name for a file on every system"
                            .formatted(Text.printable(path)));
        }
        if (size < 0) {
            throw new IllegalArgumentException(
                    "the size of '%s' must not be negative, was %d".formatted(Text.printable(path), size));
        }
    }

    static boolean isSafe(String path) {
        if (path.isEmpty() || path.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (Character.isISOControl(c) || "\\:*?\"<>|".indexOf(c) >= 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        for (String part : path.split("/", -1)) {
            String stem = part.split("\\.", 2)[0].strip().toLowerCase(Locale.ROOT);
            if (part.isEmpty()
                    || part.equals("..")
                    || part.endsWith(".")
                    || part.endsWith(" ")
                    || DEVICES.contains(stem)) {
                return false;
            }
        }
        return true;
    }
}
