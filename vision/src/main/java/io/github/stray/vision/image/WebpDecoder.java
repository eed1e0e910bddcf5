// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * WebP: checks that the file is whole, then decodes it with TwelveMonkeys' reader. Of an animation the first frame is
 * taken. Lossless pictures are exact; of lossy ones the reader repeats chroma samples where libwebp interpolates them,
 * so pixels beside coloured edges differ.
 */
final class WebpDecoder {
    private static final int CHUNKS_AT = 12;

    private WebpDecoder() {}

    static Pixels decode(byte[] file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long stated = (in.getInt(4) & 0xFFFFFFFFL) + 8;
        if (stated > file.length) {
            throw new DamagedImageException(
                    ImageFormat.WEBP, "it is truncated (%d of %d bytes)".formatted(file.length, stated));
        }
        requireCanvas(file, in);
        return RasterToRgb.convert(
                Readers.read(ImageFormat.WEBP, new EndingStream(file)), RasterToRgb.Grey16.UPPER_BYTE);
    }

    /**
     * The canvas of a still image is as large as the image, or libwebp refuses it; the reader does not check.
     */
    private static void requireCanvas(byte[] file, ByteBuffer in) throws IOException {
        int canvas = find(file, "VP8X");
        int lossless = find(file, "VP8L");
        int lossy = find(file, "VP8 ");
        if (canvas < 0 || canvas + 10 > file.length || find(file, "ANMF") >= 0) {
            return;
        }
        int width = 1 + (in.getInt(canvas + 4) & 0xFFFFFF);
        int height = 1 + (in.getInt(canvas + 6) >>> 8);
        int imageWidth = width;
        int imageHeight = height;
        if (lossless >= 0 && lossless + 5 <= file.length) {
            int size = in.getInt(lossless + 1);
            imageWidth = 1 + (size & 0x3FFF);
            imageHeight = 1 + (size >>> 14 & 0x3FFF);
        } else if (lossy >= 0 && lossy + 10 <= file.length) {
            imageWidth = in.getShort(lossy + 6) & 0x3FFF;
            imageHeight = in.getShort(lossy + 8) & 0x3FFF;
        }
        if (imageWidth != width || imageHeight != height) {
            throw new DamagedImageException(
                    ImageFormat.WEBP,
                    "its canvas is %d x %d, its image %d x %d".formatted(width, height, imageWidth, imageHeight));
        }
    }

    /** The data of the first chunk of this type. */
    static Optional<Part> part(byte[] file, String type) {
        int at = find(file, type);
        if (at < 0) {
            return Optional.empty();
        }
        long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(at - 4) & 0xFFFFFFFFL;
        return Optional.of(new Part(at, (int) Math.min(file.length, at + length)));
    }

    /** Offset of the data of the first chunk of this type, -1 where there is none. */
    static int find(byte[] file, String type) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long at = CHUNKS_AT;
        while (at + 8 <= file.length) {
            if (type.equals(new String(file, (int) at, 4, ISO_8859_1))) {
                return (int) at + 8;
            }
            long length = in.getInt((int) at + 4) & 0xFFFFFFFFL;
            at += 8 + length + (length & 1);
        }
        return -1;
    }

    /**
     * The reader takes the end of the stream for a moment's want of bits and asks again for every pixel, a caught exception
     * each: minutes for a damaged size. So a little more than it reads ahead of its needs follows the file, and whoever asks
     * beyond that is refused.
     */
    private static final class EndingStream extends MemoryCacheImageInputStream {
        private static final int READ_AHEAD = 64;

        EndingStream(byte[] file) {
            super(new ByteArrayInputStream(Arrays.copyOf(file, file.length + READ_AHEAD)));
        }

        @Override
        public int read() throws IOException {
            return orRefuse(super.read());
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return orRefuse(super.read(target, offset, length));
        }

        private static int orRefuse(int read) throws IOException {
            if (read < 0) {
                throw new IOException("its pixels end early");
            }
            return read;
        }
    }
}
