// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;

/**
 * How stored pixels lie on the upright image: tag 0x0112 of EXIF data or of a TIFF's first page, or the same in XMP data.
 * Data that hold no readable tag mean upright, as in every viewer.
 *
 * @param tag 1 to 8
 */
record Orientation(int tag) {
    static Orientation of(ImageFormat format, byte[] file) throws IOException {
        return new Orientation(Metadata.of(format, file).orientation());
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
