// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.vision.image.FileProperties;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.util.Optional;

/**
 * What is kept of an image beside its features, about 1.6 KB.
 *
 * @param signature to find its copies by
 * @param measures to tell whether it is spoilt, and whether sets differ in more than what they show
 */
public record ImageReading(ImageSignature signature, ImageMeasures measures) {
    /**
     * {@return the reading of an image file}
     *
     * @param file all bytes
     * @throws IOException if it cannot be decoded
     */
    public static ImageReading of(byte[] file) throws IOException {
        Pixels image = ImageDecoder.decode(file);
        FileProperties properties = FileProperties.of(file);
        return new ImageReading(
                Signatures.of(file, image, properties), Measuring.of(image, Optional.of(properties), file.length));
    }

    /**
     * {@return the reading of an image that never was a file}
     *
     * @param image its pixels
     */
    public static ImageReading of(Pixels image) {
        return new ImageReading(Signatures.of(image, ""), Measuring.of(image, Optional.empty(), 0));
    }
}
