// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.util.OptionalInt;

/** The first page of a TIFF file, where its samples mean what they mean to Pillow. */
final class TiffDecoder {
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int JPEG = 7;

    private TiffDecoder() {}

    static Pixels decode(byte[] file) throws IOException {
        requireKnownColours(file);
        return RasterToRgb.convert(Readers.read(ImageFormat.TIFF, file), RasterToRgb.Grey16.CLIP);
    }

    /**
     * TIFF 6.0, tag PhotometricInterpretation. The reader converts some more, but to other pixels than Pillow does; Pillow
     * itself takes YCbCr without JPEG for damaged and grey without the tag for a negative.
     */
    private static void requireKnownColours(byte[] file) throws IOException {
        OptionalInt photometric = TiffDirectory.value(file, 0, file.length, PHOTOMETRIC);
        if (photometric.isEmpty()) {
            throw new IOException(
                    "this TIFF file does not say what its samples mean (no photometric interpretation); convert it to RGB first");
        }
        String colours = switch (photometric.getAsInt()) {
            case 0, 1, 2, 3, 5 -> "";
            case 4 -> "a transparency mask";
            case 6 ->
                TiffDirectory.value(file, 0, file.length, COMPRESSION).orElse(1) == JPEG
                        ? ""
                        : "YCbCr without JPEG compression";
            case 8, 9, 10 -> "CIE L*a*b*";
            case 32803 -> "a camera's colour filter array";
            case 32844, 32845 -> "logarithmic luminance";
            case 34892 -> "a camera's linear raw data";
            default -> "an unknown kind of colours";
        };
        if (!colours.isEmpty()) {
            throw new IOException(
                    "TIFF files of %s (photometric interpretation %d) are not read; convert them to RGB first"
                            .formatted(colours, photometric.getAsInt()));
        }
    }
}
