// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.stray.vision.image.tiff.TiffFields;
import io.github.stray.vision.image.webp.WebpFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file says about its pixels beside them, where Pillow's {@code exif_transpose} looks for the orientation.
 *
 * @param exif a TIFF structure, empty where there is none
 * @param xmp XML, empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent")
record Metadata(byte[] exif, byte[] xmp) {
    private static final Pattern XMP_ORIENTATION = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");
    private static final String EXIF_PREFIX = "Exif\0\0";
    private static final byte[] NOTHING = {};
    private static final Metadata NONE = new Metadata(NOTHING, NOTHING);

    static Metadata of(ImageFormat format, byte[] file) throws IOException {
        return switch (format) {
            case JPEG -> {
                JpegHeader header = JpegHeader.parse(file);
                yield new Metadata(bytes(file, header.exif()), bytes(file, header.xmp()));
            }
            case PNG -> PngMetadata.of(file);
            case WEBP -> {
                WebpFile parsed = WebpDecoder.parse(file);
                yield new Metadata(parsed.exif(), parsed.xmp());
            }
            case TIFF ->
                new Metadata(
                        file,
                        TiffFields.first(file, 0, file.length)
                                .map(fields -> fields.bytes(TiffFields.XMP))
                                .orElse(NOTHING));
            case AVIF -> {
                // Pillow puts the container's orientation into EXIF data that have one, so theirs is never followed.
                Metadata beside = HeifReader.metadata(format, file);
                yield beside.exifOrientation().isPresent() ? NONE : beside;
            }
            case GIF, BMP, HEIC -> NONE;
        };
    }

    private static byte[] bytes(byte[] file, Optional<Part> part) {
        return part.map(range -> Arrays.copyOfRange(file, range.from(), range.end()))
                .orElse(NOTHING);
    }

    /** EXIF's orientation; XMP's where EXIF has none, and 1 where neither has. */
    int orientation() {
        OptionalLong tag = exifOrientation();
        if (tag.isPresent()) {
            return tag.getAsLong() >= 1 && tag.getAsLong() <= 8 ? (int) tag.getAsLong() : 1;
        }
        Matcher matcher = XMP_ORIENTATION.matcher(new String(xmp, ISO_8859_1));
        int digit = matcher.find() ? matcher.group(1).charAt(0) - '0' : 1;
        return digit >= 1 && digit <= 8 ? digit : 1;
    }

    private OptionalLong exifOrientation() {
        int from = 0;
        while (from <= EXIF_PREFIX.length() && starts(exif, from)) {
            from += EXIF_PREFIX.length();
        }
        Optional<TiffFields> fields = TiffFields.first(exif, from, exif.length);
        return fields.isPresent() ? fields.get().number(TiffFields.ORIENTATION) : OptionalLong.empty();
    }

    private static boolean starts(byte[] data, int from) {
        return data.length - from >= EXIF_PREFIX.length()
                && EXIF_PREFIX.equals(new String(data, from, EXIF_PREFIX.length(), ISO_8859_1));
    }
}
