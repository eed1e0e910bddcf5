// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.vision.image.tiff.TiffFields;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Files that are not read, named by what their first bytes show. */
final class OtherFormats {
    private static final int MAKE = 271;
    private static final int KIND_OF_PAGE = 254;
    private static final int FURTHER_PAGES = 330;
    private static final int DNG_VERSION = 50_706;

    private OtherFormats() {}

    /** For the middle of a sentence. */
    static String describe(byte[] file) {
        if (file.length == 0) {
            return "the file is empty";
        }
        Optional<String> raw = cameraRaw(file);
        if (raw.isPresent()) {
            return raw.get();
        }
        if (starts(file, 0, 0xFF, 0x0A) || starts(file, 0, 0, 0, 0, 12, 'J', 'X', 'L', ' ')) {
            return "it is a JPEG XL file";
        }
        if (starts(file, 0, 0, 0, 0, 12, 'j', 'P', ' ', ' ') || starts(file, 0, 0xFF, 0x4F, 0xFF, 0x51)) {
            return "it is a JPEG 2000 file";
        }
        if (starts(file, 4, 'f', 't', 'y', 'p')) {
            return "it is a film or another ISO media file (brand '%s')"
                    .formatted(new String(file, 8, Math.min(4, file.length - 8), StandardCharsets.ISO_8859_1)
                            .strip()
                            .replaceAll("[^ -~]", "?"));
        }
        if (starts(file, 0, '8', 'B', 'P', 'S')) {
            return "it is a Photoshop file";
        }
        if (starts(file, 0, 0x76, 0x2F, 0x31, 0x01)) {
            return "it is an OpenEXR file";
        }
        if (starts(file, 0, 'I', 'I', 0xBC)) {
            return "it is a JPEG XR file";
        }
        if (starts(file, 0, '%', 'P', 'D', 'F')) {
            return "it is a PDF file";
        }
        if (starts(file, 0, 'P', 'K', 3, 4)) {
            return "it is a zip file";
        }
        if (isText(file)) {
            return "it holds text";
        }
        var hex = new StringBuilder();
        for (int i = 0; i < Math.min(8, file.length); i++) {
            hex.append(i == 0 ? "" : " ").append("%02x".formatted(file[i]));
        }
        return "it starts with the bytes " + hex;
    }

    /**
     * What a camera's sensor saw: named where the file is one. Many look like TIFF files, of which the first page is only
     * a small preview.
     */
    static Optional<String> cameraRaw(byte[] file) {
        String maker = "";
        if (starts(file, 0, 'F', 'U', 'J', 'I', 'F', 'I', 'L', 'M')) {
            maker = "Fujifilm, RAF";
        } else if (starts(file, 4, 'f', 't', 'y', 'p', 'c', 'r', 'x')) {
            maker = "Canon, CR3";
        } else if (starts(file, 0, 'I', 'I', 42, 0) && starts(file, 8, 'C', 'R')) {
            maker = "Canon, CR2";
        } else if (starts(file, 0, 'I', 'I', 'U', 0)) {
            maker = "Panasonic or Leica, RW2";
        } else if (starts(file, 0, 'I', 'I', 'R') || starts(file, 0, 'M', 'M', 'O', 'R')) {
            maker = "Olympus, ORF";
        } else if (starts(file, 0, 'F', 'O', 'V', 'b')) {
            maker = "Sigma, X3F";
        } else if (starts(file, 0, 0, 'M', 'R', 'M')) {
            maker = "Minolta, MRW";
        } else if (starts(file, 0, 'I', 'I', 42, 0) || starts(file, 0, 'M', 'M', 0, 42)) {
            maker = TiffFields.first(file, 0, file.length)
                    .map(OtherFormats::makerOfTiff)
                    .orElse("");
        }
        return maker.isEmpty() ? Optional.empty() : Optional.of("it is a camera raw file (%s)".formatted(maker));
    }

    private static String makerOfTiff(TiffFields page) {
        if (page.number(DNG_VERSION).isPresent()) {
            return "DNG";
        }
        boolean preview = (page.number(KIND_OF_PAGE).orElse(0) & 1) == 1;
        return preview
                        && page.number(FURTHER_PAGES).isPresent()
                        && page.number(MAKE).isPresent()
                ? "such as NEF, ARW or PEF; its first page is a preview"
                : "";
    }

    static boolean isText(byte[] file) {
        int length = Math.min(512, file.length);
        for (char c : new String(file, 0, length, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f') {
                return false;
            }
        }
        return true;
    }

    static boolean starts(byte[] file, int offset, int... magic) {
        if (file.length < offset + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((file[offset + i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
