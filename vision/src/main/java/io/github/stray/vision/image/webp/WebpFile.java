// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;

/**
 * A WebP file taken apart: its canvas, its first frame and its metadata. All chunks of the file have been looked at, and the
 * headers of all frames; the pixels of the first are decoded when they are asked for. Immutable as long as the bytes of
 * the file are left alone.
 *
 * @param width of the canvas in pixels
 * @param height of the canvas in pixels
 * @param frame the first picture
 * @param exif the metadata of its camera as a TIFF file, empty where there are none
 * @param xmp its metadata as XML, empty where there are none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record WebpFile(int width, int height, WebpFrame frame, byte[] exif, byte[] xmp) {
    /**
     * {@return a file taken apart}
     *
     * @param file all its bytes, not copied
     * @throws IOException if it is damaged, ends early, or is one that libwebp refuses; the message says what is wrong
     */
    public static WebpFile parse(byte[] file) throws IOException {
        return new WebpParser(file).parse();
    }

    /**
     * {@return the canvas with the first frame on it: R, G, B of each pixel, row by row; black beside the frame}
     *
     * <p>Alpha is dropped, not applied.
     *
     * @throws IOException if the frame is damaged or ends early
     */
    public byte[] rgb() throws IOException {
        byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
        frame.draw(rgb, width);
        return rgb;
    }
}
