// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import java.util.Locale;
import java.util.Set;

/** Which names are those of images. */
public final class ImageSuffixes {
    private static final Set<String> SUFFIXES = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "heic", "heif", "hif", "avif");

    private ImageSuffixes() {}

    /**
     * {@return whether a file is taken for an image: its name ends with the suffix of a format that is read, in any
     * case; its content is not looked at}
     *
     * @param name name or path of a file
     */
    public static boolean isImage(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && SUFFIXES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
