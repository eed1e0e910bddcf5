// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.stray.extract.ImageContent.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** PNG: checks the chunks, which ImageIO's reader does not, then decodes with it. */
final class PngDecoder {
    private static final int SIGNATURE = 8;
    private static final int BITS_AT = 24;
    private static final int COLOUR_TYPE_AT = 25;

    /** Bytes that a byte of deflate can stand for, at most: 258 for two bits. */
    private static final long MOST_INFLATED = 1032;

    private PngDecoder() {}

    static ImageSize size(byte[] file) throws IOException {
        if (file.length < 33 || !"IHDR".equals(new String(file, 12, 4, ISO_8859_1))) {
            throw new DamagedImageException(ImageFormat.PNG, "it has no header");
        }
        ByteBuffer header = ByteBuffer.wrap(file);
        int width = header.getInt(16);
        int height = header.getInt(20);
        if (width < 1 || height < 1) {
            throw new DamagedImageException(
                    ImageFormat.PNG, "its header states %d x %d pixels".formatted(width, height));
        }
        return new ImageSize(width, height);
    }

    /** Whether the pixels are of 2 to 8 bits of grey, without alpha of their own. */
    static boolean grey(byte[] file) {
        return file[COLOUR_TYPE_AT] == 0 && file[BITS_AT] > 1 && file[BITS_AT] <= 8;
    }

    /** Whether pixels have an alpha of their own. */
    static boolean transparent(byte[] file) {
        return file[COLOUR_TYPE_AT] == 4 || file[COLOUR_TYPE_AT] == 6;
    }

    /** The opacity of each pixel, row by row, of 16 bits the upper 8. */
    static byte[] alpha(byte[] file) throws IOException {
        checkChunks(file);
        BufferedImage image = Readers.read(ImageFormat.PNG, file);
        ColorModel model = image.getColorModel();
        byte[] alpha = new byte[image.getWidth() * image.getHeight()];
        for (int i = 0; i < alpha.length; i++) {
            Object pixel = image.getRaster().getDataElements(i % image.getWidth(), i / image.getWidth(), null);
            alpha[i] = (byte) model.getAlpha(pixel);
        }
        return alpha;
    }

    static Pixels decode(byte[] file) throws IOException {
        checkChunks(file);
        boolean plainGrey = file[COLOUR_TYPE_AT] == 0;
        return RasterToRgb.convert(
                Readers.read(ImageFormat.PNG, file),
                plainGrey ? RasterToRgb.Grey16.CLIP : RasterToRgb.Grey16.UPPER_BYTE);
    }

    /** Walks to IEND; every chunk must be whole, and the critical ones match their CRC. */
    private static void checkChunks(byte[] file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(file);
        long pixelData = 0;
        int at = SIGNATURE;
        while (true) {
            if (file.length - at < 12) {
                throw new DamagedImageException(ImageFormat.PNG, "it is truncated");
            }
            int length = in.getInt(at);
            String type = new String(file, at + 4, 4, ISO_8859_1);
            if (length < 0 || length > file.length - at - 12) {
                throw new DamagedImageException(ImageFormat.PNG, "it is truncated");
            }
            if (Character.isUpperCase(type.charAt(0))) {
                var crc = new CRC32();
                crc.update(file, at + 4, 4 + length);
                if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
                    throw new DamagedImageException(
                            ImageFormat.PNG,
                            "checksum of its chunk %s differs".formatted(type.replaceAll("[^ -~]", "?")));
                }
            }
            if ("IDAT".equals(type)) {
                pixelData += length;
            }
            if ("IEND".equals(type)) {
                requireEnough(file, pixelData);
                return;
            }
            at += 12 + length;
        }
    }

    /** A few bytes could otherwise ask for the memory of the largest picture, to find that it ends early. */
    private static void requireEnough(byte[] file, long pixelData) throws IOException {
        ImageSize size = size(file);
        int channels = switch (file[COLOUR_TYPE_AT]) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
        long stated = size.pixels() * channels * (file[BITS_AT] & 0xFF) / 8;
        if (stated > (pixelData + 1) * MOST_INFLATED) {
            throw new DamagedImageException(
                    ImageFormat.PNG,
                    "it is truncated: %d bytes of pixel data cannot hold %d x %d pixels"
                            .formatted(pixelData, size.width(), size.height()));
        }
    }
}
