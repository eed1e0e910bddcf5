// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.util.Locale;
import java.util.Set;

/** Which names are images, and what their ids look like. */
final class ImageNames {
    /** Suffixes that make a file a sample, in lower case. */
    static final Set<String> SUFFIXES =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff");

    private ImageNames() {}

    /** Whether the last part of a name has an image suffix, in any case. */
    static boolean isImage(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && SUFFIXES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** Whether a file or folder name marks what a user does not see. */
    static boolean isHidden(String part) {
        return part.startsWith(".") || part.equals("__MACOSX");
    }

    /** Ids are one line: control characters become {@code \}{@code u} and four hexadecimal digits. */
    static String id(String path) {
        var id = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (Character.isISOControl(c)) {
                id.append("\\u%04X".formatted((int) c));
            } else {
                id.append(c);
            }
        }
        return id.toString();
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
