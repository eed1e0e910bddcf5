// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which names are those of images. */
public final class ImageSuffixes {
    private static final Set<String> SUFFIXES = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "heic", "heif", "hif", "avif");

    /** Of formats that are not read: named where a user would look for them among the images. */
    private static final Set<String> UNREAD = Set.of(
            "jxl", "jp2", "j2k", "jpf", "jpx", "jxr", "dng", "cr2", "cr3", "crw", "nef", "nrw", "arw", "sr2", "srf",
            "raf", "rw2", "orf", "pef", "srw", "x3f", "3fr", "iiq", "raw", "psd", "exr", "hdr", "svg", "ico", "tga",
            "pcx", "heics", "avifs");

    private ImageSuffixes() {}

    /**
     * {@return whether a file is taken for an image: its name ends with the suffix of a format that is read, in any
     * case; its content is not looked at}
     *
     * @param name name or path of a file
     */
    public static boolean isImage(String name) {
        return SUFFIXES.contains(suffix(name));
    }

    /**
     * {@return the suffix in lower case, without its dot, of a file that is named as an image of a format that is not read;
     * empty for other files}
     *
     * @param name name or path of a file
     */
    public static Optional<String> unread(String name) {
        return Optional.of(suffix(name)).filter(UNREAD::contains);
    }

    private static String suffix(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
