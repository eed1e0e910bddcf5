// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/**
 * Chroma for every pixel, interpolated between its samples, which lie in the middle of the pixels that share them: 9 parts
 * of the nearest, 3 of each neighbour, 1 of the one across.
 *
 * @param planes whose chroma it is
 * @param cut bits to be cut off each sample first
 * @param lastKept whether the last column has the value of its sample as it is
 */
record Upsampling(Planes planes, int cut, boolean lastKept) {
    /** One row of a plane of chroma: 16 times the value for each pixel. */
    void row(short[] plane, int y, int[] row) {
        int right = planes.subsampling().right;
        int down = planes.subsampling().down;
        int width = planes.chromaWidth();
        int near = (y >> down) * width;
        int far = neighbour(y >> down, y, down, planes.chromaHeight()) * width;
        for (int x = 0; x < row.length; x++) {
            int here = x >> right;
            int beside = lastKept && x == row.length - 1 ? here : neighbour(here, x, right, width);
            row[x] = 9 * sample(plane, near + here)
                    + 3 * (sample(plane, near + beside) + sample(plane, far + here))
                    + sample(plane, far + beside);
        }
    }

    /** One row of a plane of chroma, each sample for all pixels that share it: 16 times the value for each pixel. */
    void repeated(short[] plane, int y, int[] row) {
        int from = (y >> planes.subsampling().down) * planes.chromaWidth();
        for (int x = 0; x < row.length; x++) {
            row[x] = 16 * sample(plane, from + (x >> planes.subsampling().right));
        }
    }

    /** The second nearest sample of chroma to a pixel, the same one at the edges. */
    private static int neighbour(int here, int pixel, int shift, int samples) {
        return shift == 0 ? here : Math.clamp((pixel & 1) == 0 ? here - 1 : here + 1, 0, samples - 1);
    }

    private int sample(short[] plane, int at) {
        return (plane[at] & 0xFFFF) >> cut;
    }
}
