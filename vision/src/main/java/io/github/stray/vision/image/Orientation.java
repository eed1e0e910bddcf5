// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How stored pixels lie on the upright image: EXIF tag 0x0112 of JPEG, PNG and WebP, the same tag of a TIFF's first
 * page. Data that holds no readable tag means upright, as in every viewer.
 *
 * @param tag 1 to 8
 */
record Orientation(int tag) {
    private static final Orientation UPRIGHT = new Orientation(1);
    private static final int TAG = 0x0112;

    static Orientation of(ImageFormat format, byte[] file) throws IOException {
        return switch (format) {
            case JPEG -> {
                JpegHeader header = JpegHeader.parse(file);
                yield header.exifAt() < 0 ? UPRIGHT : ofTiff(file, header.exifAt(), header.exifEnd());
            }
            case PNG -> ofPng(file);
            case WEBP -> ofWebp(file);
            case TIFF -> ofTiff(file, 0, file.length);
            case GIF, BMP -> UPRIGHT;
        };
    }

    private static Orientation ofPng(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        long at = 8;
        while (at + 12 <= file.length) {
            long length = in.getInt((int) at) & 0xFFFFFFFFL;
            if ("eXIf".equals(new String(file, (int) at + 4, 4, ISO_8859_1))) {
                return ofTiff(file, (int) at + 8, (int) Math.min(file.length, at + 8 + length));
            }
            at += 12 + length;
        }
        return UPRIGHT;
    }

    private static Orientation ofWebp(byte[] file) {
        int at = WebpDecoder.find(file, "EXIF");
        if (at < 0) {
            return UPRIGHT;
        }
        boolean prefixed = at + 6 <= file.length && "Exif\0\0".equals(new String(file, at, 6, ISO_8859_1));
        return ofTiff(file, prefixed ? at + 6 : at, file.length);
    }

    private static Orientation ofTiff(byte[] file, int from, int end) {
        int value = TiffDirectory.value(file, from, end, TAG).orElse(1);
        return value >= 1 && value <= 8 ? new Orientation(value) : UPRIGHT;
    }

    /** Turns and mirrors; pixels are moved, never resampled. */
    Pixels apply(Pixels stored) {
        if (tag == 1) {
            return stored;
        }
        boolean swapped = tag >= 5;
        int width = swapped ? stored.height() : stored.width();
        int height = swapped ? stored.width() : stored.height();
        int right = stored.width() - 1;
        int bottom = stored.height() - 1;
        byte[] from = stored.rgb();
        byte[] to = new byte[from.length];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                int column = switch (tag) {
                    case 2, 3 -> right - x;
                    case 5, 6 -> y;
                    case 7, 8 -> right - y;
                    default -> x;
                };
                int row = switch (tag) {
                    case 3, 4 -> bottom - y;
                    case 5, 8 -> x;
                    case 6, 7 -> bottom - x;
                    default -> y;
                };
                int source = 3 * (row * stored.width() + column);
                to[at] = from[source];
                to[at + 1] = from[source + 1];
                to[at + 2] = from[source + 2];
            }
        }
        return new Pixels(width, height, to);
    }
}
