// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.tiff.TiffDamage;
import io.github.stray.vision.image.tiff.TiffImage;
import io.github.stray.vision.image.tiff.TiffReader;
import java.io.IOException;

/** The first page of a TIFF file, by {@link TiffReader}. */
final class TiffDecoder {
    private TiffDecoder() {}

    static ImageSize size(byte[] file) throws IOException {
        try {
            int[] size = TiffReader.size(file);
            return new ImageSize(size[0], size[1]);
        } catch (TiffDamage e) {
            throw new DamagedImageException(ImageFormat.TIFF, String.valueOf(e.getMessage()), e);
        }
    }

    static Pixels decode(byte[] file) throws IOException {
        try {
            var work = new JpegWork();
            TiffImage image = TiffReader.read(file, jpeg -> jpeg(jpeg, work));
            byte[] rgb = switch (image.channels()) {
                case 1 -> Grey.toRgb(image.samples());
                case 4 -> Cmyk.toRgb(image.samples());
                default -> image.samples();
            };
            return new Pixels(image.width(), image.height(), rgb);
        } catch (TiffDamage e) {
            throw new DamagedImageException(ImageFormat.TIFF, String.valueOf(e.getMessage()), e);
        }
    }

    private static TiffImage jpeg(byte[] file, JpegWork work) throws IOException {
        try {
            return JpegDecoder.components(file, work);
        } catch (DamagedImageException e) {
            throw new TiffDamage(String.valueOf(e.getMessage()), e);
        }
    }
}
