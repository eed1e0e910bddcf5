// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.util.Optional;

/**
 * What the header of a compressed picture says of it.
 *
 * @param width in pixels, as it is shown
 * @param height in pixels, as it is shown
 * @param subsampling of its chroma
 * @param bits of a sample, 8 to 16
 * @param colours if it says so
 */
record CodedPicture(int width, int height, Subsampling subsampling, int bits, Optional<Colours> colours) {
    long pixels() {
        return (long) width * height;
    }
}
