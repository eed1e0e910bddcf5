// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.heif.DamagedHeifException;
import io.github.stray.vision.image.heif.HeifDecoder;
import io.github.stray.vision.image.heif.HeifMetadata;
import io.github.stray.vision.image.heif.HeifSize;
import java.io.IOException;

/** HEIC and AVIF: turned as their container says; what lies beside the image may turn AVIF further. */
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

    static Metadata metadata(ImageFormat format, byte[] file) throws IOException {
        try {
            HeifMetadata metadata = HeifDecoder.metadata(file);
            return new Metadata(metadata.exif(), metadata.xmp());
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
