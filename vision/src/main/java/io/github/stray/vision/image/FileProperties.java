// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.stray.vision.image.tiff.TiffFields;
import io.github.stray.vision.image.tiff.TiffReader;
import java.io.IOException;

/**
 * What an image file says of itself, beside its pixels.
 *
 * @param format name of the format, such as {@code JPEG}
 * @param grey whether Pillow opens it in mode L: one band of grey, more than 1 and at most 8 bits
 * @param orientation how the stored pixels lie, 1 (upright) to 8, by EXIF or XMP data, which the decoder follows; of HEIC
 *     and AVIF files, whose container turns them, 1
 * @param profile whether a colour profile lies in the file; the decoder ignores it
 * @param transparent whether pixels of the file may be transparent; the decoder ignores that too
 */
public record FileProperties(String format, boolean grey, int orientation, boolean profile, boolean transparent) {
    private static final int ICC_PROFILE = 34675;

    /** Of HEIC and AVIF files, where the boxes that describe the pictures lie. */
    private static final int HEAD = 1 << 16;

    /**
     * {@return the properties of a file, without decoding pixels}
     *
     * @param file all bytes of a file that {@link ImageDecoder} decodes
     * @throws IOException if it is no image in a known format, or its header is damaged
     */
    public static FileProperties of(byte[] file) throws IOException {
        ImageFormat format = ImageFormat.of(file);
        try {
            return new FileProperties(
                    format.title(),
                    grey(format, file),
                    Orientation.of(format, file).tag(),
                    profile(format, file),
                    transparent(format, file));
        } catch (RuntimeException e) {
            throw new DamagedImageException(
                    format, "its header is damaged (%s)".formatted(e.getClass().getSimpleName()), e);
        }
    }

    private static boolean grey(ImageFormat format, byte[] file) throws IOException {
        return switch (format) {
            case JPEG -> JpegHeader.parse(file).colour() == JpegHeader.Colour.GREY;
            case PNG -> PngDecoder.grey(file);
            case GIF -> GifDecoder.grey(file);
            case BMP -> BmpDecoder.grey(file);
            case TIFF -> TiffReader.grey(file);
            case WEBP, HEIC, AVIF -> false;
        };
    }

    private static boolean profile(ImageFormat format, byte[] file) {
        return switch (format) {
            case JPEG -> before("ICC_PROFILE\0", file, HEAD);
            case PNG -> before("iCCP", file, index("IDAT", file, file.length));
            case WEBP -> before("ICCP", file, 64);
            case TIFF ->
                TiffFields.first(file, 0, file.length)
                        .map(fields -> fields.bytes(ICC_PROFILE).length > 0)
                        .orElse(false);
            case HEIC, AVIF -> before("colrprof", file, HEAD) || before("colrrICC", file, HEAD);
            case GIF, BMP -> false;
        };
    }

    private static boolean transparent(ImageFormat format, byte[] file) throws IOException {
        return switch (format) {
            case PNG -> PngDecoder.transparent(file) || before("tRNS", file, index("IDAT", file, file.length));
            case GIF -> GifDecoder.transparent(file);
            case WEBP -> transparentWebp(file);
            case TIFF -> TiffReader.transparent(file);
            case HEIC, AVIF -> before("auxiliary:alpha", file, HEAD) || before("hevc:2015:auxid:1", file, HEAD);
            case JPEG, BMP -> false;
        };
    }

    /** The flag of an extended file, or that of a lossless image behind its 28 bits of size. */
    private static boolean transparentWebp(byte[] file) {
        String kind = new String(file, 12, 4, ISO_8859_1);
        return (kind.equals("VP8X") && (file[20] & 0x10) != 0) || (kind.equals("VP8L") && (file[24] & 0x10) != 0);
    }

    private static boolean before(String mark, byte[] file, int end) {
        return index(mark, file, end) < Math.min(end, file.length);
    }

    /** Where a mark begins before an end; the end if it does not. */
    private static int index(String mark, byte[] file, int end) {
        int at = new String(file, 0, Math.min(end, file.length), ISO_8859_1).indexOf(mark);
        return at < 0 ? end : at;
    }
}
