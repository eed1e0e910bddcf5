// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/**
 * Samples as they were coded: luma, and where there is colour two planes of chroma.
 *
 * @param width of luma, in samples
 * @param height of luma, in samples
 * @param subsampling of chroma
 * @param bits of a sample
 * @param luma rows without gaps
 * @param blue rows of {@code Subsampling.samples(width, ..)}; empty for grey
 * @param red as blue
 */
@SuppressWarnings("ArrayRecordComponent")
record Planes(int width, int height, Subsampling subsampling, int bits, short[] luma, short[] blue, short[] red) {
    /** Planes of zeros. */
    static Planes empty(int width, int height, Subsampling subsampling, int bits) {
        int chroma = subsampling == Subsampling.GREY
                ? 0
                : Math.multiplyExact(
                        Subsampling.samples(width, subsampling.right), Subsampling.samples(height, subsampling.down));
        return new Planes(
                width,
                height,
                subsampling,
                bits,
                new short[Math.multiplyExact(width, height)],
                new short[chroma],
                new short[chroma]);
    }

    int chromaWidth() {
        return Subsampling.samples(width, subsampling.right);
    }

    int chromaHeight() {
        return Subsampling.samples(height, subsampling.down);
    }

    /** The same with a sample of chroma for every pixel, interpolated. */
    Planes spread() {
        Planes all = empty(width, height, Subsampling.CHROMA_444, bits);
        System.arraycopy(luma, 0, all.luma, 0, luma.length);
        var upsampling = new Upsampling(this, 0, false);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            upsampling.row(blue, y, row);
            store(row, all.blue, y * width);
            upsampling.row(red, y, row);
            store(row, all.red, y * width);
        }
        return all;
    }

    private static void store(int[] row, short[] plane, int from) {
        for (int x = 0; x < row.length; x++) {
            plane[from + x] = (short) ((row[x] + 8) >> 4);
        }
    }

    /** Lays another picture onto this one; what would lie outside is left out. {@code left} and {@code top} lie on chroma samples. */
    void paste(Planes tile, int left, int top) {
        copy(tile.luma, tile.width, tile.height, luma, width, height, left, top);
        int x = left >> subsampling.right;
        int y = top >> subsampling.down;
        if (blue.length > 0) {
            copy(tile.blue, tile.chromaWidth(), tile.chromaHeight(), blue, chromaWidth(), chromaHeight(), x, y);
            copy(tile.red, tile.chromaWidth(), tile.chromaHeight(), red, chromaWidth(), chromaHeight(), x, y);
        }
    }

    private static void copy(
            short[] from, int fromWidth, int fromHeight, short[] to, int width, int height, int left, int top) {
        int columns = Math.min(fromWidth, width - left);
        int rows = Math.min(fromHeight, height - top);
        for (int y = 0; y < rows; y++) {
            System.arraycopy(from, y * fromWidth, to, (top + y) * width + left, columns);
        }
    }
}
