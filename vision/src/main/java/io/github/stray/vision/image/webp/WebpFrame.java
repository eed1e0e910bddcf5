// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A picture and where it lies on the canvas.
 *
 * @param image its data: VP8 if lossy, VP8L if lossless
 * @param alpha the opacity of a lossy picture's pixels, null where all are opaque
 */
record WebpFrame(
        int x,
        int y,
        int width,
        int height,
        boolean lossless,
        Part image,
        @Nullable Part alpha) {
    /** Writes its colours on a canvas of so many pixels a row. Alpha is not applied, but must be sound. */
    void draw(byte[] rgb, int canvasWidth) throws IOException {
        int to = 3 * (y * canvasWidth + x);
        int stride = 3 * canvasWidth;
        if (lossless) {
            int[] pixels = LosslessImage.decode(image);
            for (int row = 0, from = 0; row < height; row++, to += stride) {
                for (int i = 0, at = to; i < width; i++, from++, at += 3) {
                    rgb[at] = (byte) (pixels[from] >> 16);
                    rgb[at + 1] = (byte) (pixels[from] >> 8);
                    rgb[at + 2] = (byte) pixels[from];
                }
            }
            return;
        }
        LossyColours.write(LossyFrame.decode(image), rgb, to, stride);
        if (alpha != null) {
            AlphaPlane.decode(alpha, width, height);
        }
    }
}
