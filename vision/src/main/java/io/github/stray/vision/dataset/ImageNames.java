// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

/** Which names are hidden, and how paths are ordered. */
final class ImageNames {
    private ImageNames() {}

    /** Whether a file or folder name marks what a user does not see. */
    static boolean isHidden(String part) {
        return part.startsWith(".") || part.equals("__MACOSX");
    }

    /** Order of paths: part by part, each by Unicode code points, so that a folder's files stay together. */
    static int comparePaths(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                if (x == '/' || y == '/') {
                    return x == '/' ? -1 : 1;
                }
                if (Character.isSurrogate(x) != Character.isSurrogate(y)) {
                    return Character.isSurrogate(x) ? 1 : -1;
                }
                return Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
