// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.heif.DamagedHeifException;
import io.github.stray.vision.image.heif.HeifDecoder;
import io.github.stray.vision.image.heif.HeifSize;
import java.io.IOException;

/** HEIC and AVIF: upright as they come, for their container says how pixels lie; EXIF data are only a copy of that. */
final class HeifReader {
    private HeifReader() {}

    static ImageSize size(ImageFormat format, byte[] file) throws IOException {
        try {
            HeifSize size = HeifDecoder.size(file);
            return new ImageSize(size.width(), size.height());
        } catch (DamagedHeifException e) {
            throw new DamagedImageException(format, String.valueOf(e.getMessage()), e);
        }
    }

    static Pixels decode(ImageFormat format, byte[] file) throws IOException {
        try {
            return HeifDecoder.decode(file, ImageDecoder.MAX_PIXELS);
        } catch (DamagedHeifException e) {
            throw new DamagedImageException(format, String.valueOf(e.getMessage()), e);
        }
    }
}
