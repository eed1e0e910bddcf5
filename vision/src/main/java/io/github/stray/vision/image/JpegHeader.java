// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;

/**
 * What a JPEG's markers say before the first scan.
 *
 * @param size pixels as stored
 * @param colour what the components are, by the rules of libjpeg
 * @param common whether it is sequential or progressive with Huffman codes and 8 bits, the kind that every decoder reads
 * @param exifAt where the TIFF structure of the EXIF data starts, -1 without EXIF data
 * @param exifEnd where it ends
 */
record JpegHeader(ImageSize size, Colour colour, boolean common, int exifAt, int exifEnd) {
    /** Meaning of the components. */
    enum Colour {
        GREY,
        RGB,
        YCBCR,
        CMYK,
        YCCK
    }

    private static final String EXIF = "Exif\0\0";

    static JpegHeader parse(byte[] file) throws IOException {
        boolean jfif = false;
        int adobeTransform = -1;
        int exifAt = -1;
        int exifEnd = -1;
        int at = 2;
        while (at + 4 <= file.length) {
            if ((file[at] & 0xFF) != 0xFF) {
                at++;
                continue;
            }
            int marker = file[at + 1] & 0xFF;
            if (marker == 0xFF) {
                at++;
                continue;
            }
            if (marker == 0 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += 2;
                continue;
            }
            int length = unsigned16(file, at + 2);
            int end = at + 2 + length;
            if (marker == 0xD9 || marker == 0xDA || length < 2 || end > file.length) {
                break;
            }
            int data = at + 4;
            if (marker == 0xE0 && holds(file, data, end, "JFIF\0")) {
                jfif = true;
            } else if (marker == 0xEE && holds(file, data, end, "Adobe") && end - data >= 12) {
                adobeTransform = file[data + 11] & 0xFF;
            } else if (marker == 0xE1 && exifAt < 0 && holds(file, data, end, EXIF)) {
                exifAt = data + EXIF.length();
                exifEnd = end;
            } else if (isFrame(marker)) {
                return new JpegHeader(
                        frameSize(file, data, end),
                        colour(file, data, end, jfif, adobeTransform),
                        marker <= 0xC2 && file[data] == 8,
                        exifAt,
                        exifEnd);
            }
            at = end;
        }
        throw new DamagedImageException(ImageFormat.JPEG, "it ends before the image starts");
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static ImageSize frameSize(byte[] file, int data, int end) throws IOException {
        if (end - data < 6) {
            throw new DamagedImageException(ImageFormat.JPEG, "its frame header is too short");
        }
        int height = unsigned16(file, data + 1);
        int width = unsigned16(file, data + 3);
        if (width == 0 || height == 0) {
            throw new DamagedImageException(
                    ImageFormat.JPEG, "its header states %d x %d pixels".formatted(width, height));
        }
        return new ImageSize(width, height);
    }

    private static Colour colour(byte[] file, int data, int end, boolean jfif, int adobeTransform) throws IOException {
        int components = file[data + 5] & 0xFF;
        if (end - data < 6 + 3 * components) {
            throw new DamagedImageException(ImageFormat.JPEG, "its frame header is too short");
        }
        return switch (components) {
            case 1 -> Colour.GREY;
            case 3 -> {
                if (jfif) {
                    yield Colour.YCBCR;
                }
                if (adobeTransform >= 0) {
                    yield adobeTransform == 0 ? Colour.RGB : Colour.YCBCR;
                }
                boolean named = file[data + 6] == 'R' && file[data + 9] == 'G' && file[data + 12] == 'B';
                yield named ? Colour.RGB : Colour.YCBCR;
            }
            case 4 -> adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
            default -> throw new IOException("a JPEG file of %d components is not read".formatted(components));
        };
    }

    private static boolean holds(byte[] file, int from, int end, String text) {
        return end - from >= text.length() && text.equals(new String(file, from, text.length(), ISO_8859_1));
    }

    private static int unsigned16(byte[] file, int at) {
        return ((file[at] & 0xFF) << 8) | (file[at + 1] & 0xFF);
    }
}
