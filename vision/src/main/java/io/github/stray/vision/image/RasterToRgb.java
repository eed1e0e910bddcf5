// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Stored samples to 8-bit RGB. Works on the raster: {@code BufferedImage.getRGB} would convert between colour spaces
 * and change grey values.
 */
final class RasterToRgb {
    /** What becomes of 16-bit grey without alpha. */
    enum Grey16 {
        UPPER_BYTE,
        CLIP
    }

    private RasterToRgb() {}

    static Pixels convert(BufferedImage image, Grey16 grey16) throws IOException {
        Raster raster = image.getRaster();
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] rgb = new byte[Math.toIntExact(3L * width * height)];
        ColorModel model = image.getColorModel();
        if (model instanceof IndexColorModel palette) {
            lookUp(raster, palette, rgb);
            return new Pixels(width, height, rgb);
        }
        int type = raster.getSampleModel().getDataType();
        if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE || type == DataBuffer.TYPE_SHORT) {
            throw new IOException("floating-point or signed samples are not read; convert them to 8 bits first");
        }
        int bands = raster.getNumBands();
        int[] bits = raster.getSampleModel().getSampleSize();
        for (int size : bits) {
            if (size > 16) {
                throw new IOException("samples of %d bits are not read; convert them to 8 bits first".formatted(size));
            }
        }
        int colours = model == null ? bands : model.getNumColorComponents();
        boolean clip = grey16 == Grey16.CLIP && colours == 1 && bits[0] == 16;
        int[] row = new int[width * bands];
        int to = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0, at = 0; x < width; x++, at += bands, to += 3) {
                switch (colours) {
                    case 1 -> {
                        byte grey = (byte) (clip ? Math.min(255, row[at]) : eightBits(row[at], bits[0]));
                        rgb[to] = grey;
                        rgb[to + 1] = grey;
                        rgb[to + 2] = grey;
                    }
                    case 3 -> {
                        rgb[to] = (byte) eightBits(row[at], bits[0]);
                        rgb[to + 1] = (byte) eightBits(row[at + 1], bits[1]);
                        rgb[to + 2] = (byte) eightBits(row[at + 2], bits[2]);
                    }
                    case 4 -> {
                        int light = 255 - eightBits(row[at + 3], bits[3]);
                        rgb[to] = Cmyk.channel(eightBits(row[at], bits[0]), light);
                        rgb[to + 1] = Cmyk.channel(eightBits(row[at + 1], bits[1]), light);
                        rgb[to + 2] = Cmyk.channel(eightBits(row[at + 2], bits[2]), light);
                    }
                    default -> throw new IOException("images of %d colour channels are not read".formatted(colours));
                }
            }
        }
        return new Pixels(width, height, rgb);
    }

    private static void lookUp(Raster raster, IndexColorModel palette, byte[] rgb) {
        int size = palette.getMapSize();
        int[] row = new int[raster.getWidth()];
        int to = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
            for (int index : row) {
                int colour = index < size ? palette.getRGB(index) : 0;
                rgb[to++] = (byte) (colour >> 16);
                rgb[to++] = (byte) (colour >> 8);
                rgb[to++] = (byte) colour;
            }
        }
    }

    private static int eightBits(int sample, int bits) {
        if (bits == 8) {
            return sample;
        }
        return bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
    }
}
