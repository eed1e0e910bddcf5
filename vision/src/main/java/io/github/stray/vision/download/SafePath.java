// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Tells whether a path that comes from elsewhere stays below a folder, on every operating system. */
public final class SafePath {
    private static final int LONGEST = 1000;

    /** Bytes of one name, what the file systems in use take. */
    private static final int LONGEST_NAME = 255;

    private static final Set<String> DEVICES = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$");

    private SafePath() {}

    /**
     * {@return whether a path stays below its folder and names a file on every system}
     *
     * @param path parts separated by {@code /}
     */
    public static boolean isSafe(String path) {
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
                    || part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME
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
