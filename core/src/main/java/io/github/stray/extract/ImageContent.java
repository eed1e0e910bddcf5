// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.io.IOException;

/** The image of a sample: an encoded file, or pixels that were never encoded. */
public sealed interface ImageContent {

    /** An encoded image file, read when asked for. */
    non-sealed interface Encoded extends ImageContent {
        /**
         * The bytes of the file. Samples of a streamed archive can be read only until the next sample is taken.
         *
         * @return all bytes
         * @throws IOException if the bytes cannot be read; the message is fit for a user
         */
        byte[] read() throws IOException;
    }

    /**
     * Plain pixels.
     *
     * @param width in pixels
     * @param height in pixels
     * @param rgb {@code height * width * 3} bytes, row-major, R G B interleaved; not copied
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Pixels(int width, int height, byte[] rgb) implements ImageContent {
        /** Checks the size. */
        public Pixels {
            if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
                throw new IllegalArgumentException("%d x %d RGB pixels need %d bytes, got %d"
                        .formatted(width, height, 3L * width * height, rgb.length));
            }
        }
    }
}
