// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
        return RasterToRgb.convert(Readers.read(ImageFormat.WEBP, file), RasterToRgb.Grey16.UPPER_BYTE);
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
}
