// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.webp.WebpFile;
import java.io.IOException;

/** WebP: the canvas with the first frame on it, by our own decoder. */
final class WebpDecoder {
    private WebpDecoder() {}

    static ImageSize size(byte[] file) throws IOException {
        WebpFile parsed = parse(file);
        return new ImageSize(parsed.width(), parsed.height());
    }

    static Pixels decode(byte[] file) throws IOException {
        WebpFile parsed = parse(file);
        try {
            return new Pixels(parsed.width(), parsed.height(), parsed.rgb());
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /** The parts of a file. */
    static WebpFile parse(byte[] file) throws IOException {
        try {
            return WebpFile.parse(file);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private static IOException damaged(IOException e) {
        return new DamagedImageException(ImageFormat.WEBP, String.valueOf(e.getMessage()), e);
    }
}
