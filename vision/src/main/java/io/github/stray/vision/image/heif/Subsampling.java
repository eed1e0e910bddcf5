// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/** How many pixels share a sample of chroma, as shifts of their coordinates. */
enum Subsampling {
    GREY(0, 0),
    CHROMA_420(1, 1),
    CHROMA_422(1, 0),
    CHROMA_444(0, 0);

    final int right;
    final int down;

    Subsampling(int right, int down) {
        this.right = right;
        this.down = down;
    }

    /** Samples of chroma that a row or column of this many pixels has. */
    static int samples(int pixels, int shift) {
        return (pixels + (1 << shift) - 1) >> shift;
    }
}
