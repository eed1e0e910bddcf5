// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.IOException;

/**
 * An image that is put together from tiles of one size (ISO/IEC 23008-12, 6.6.2.3).
 *
 * @param columns of tiles
 * @param width of the image, in pixels
 * @param height of the image, in pixels
 * @param tileWidth in pixels
 * @param tileHeight in pixels
 */
record Grid(int columns, int width, int height, int tileWidth, int tileHeight) {
    static Grid of(HeifFile file, HeifItem item) throws IOException {
        byte[] data = file.data(item);
        var in = new Fields("grid", data, 0, data.length);
        in.skip(1);
        boolean wide = (in.u8() & 1) != 0;
        int rows = in.u8() + 1;
        int columns = in.u8() + 1;
        long width = wide ? in.u32() : in.u16();
        long height = wide ? in.u32() : in.u16();
        if (rows * columns != item.sources().size()) {
            throw new DamagedHeifException("its grid has %d x %d tiles and names %d images"
                    .formatted(columns, rows, item.sources().size()));
        }
        int[] tile = file.item(item.sources().getFirst()).size();
        boolean covers = (long) tile[0] * columns >= width && (long) tile[1] * rows >= height;
        boolean needed = (long) tile[0] * (columns - 1) < width && (long) tile[1] * (rows - 1) < height;
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE || !covers || !needed) {
            throw new DamagedHeifException("its %d x %d tiles of %d x %d pixels do not make an image of %d x %d"
                    .formatted(columns, rows, tile[0], tile[1], width, height));
        }
        return new Grid(columns, (int) width, (int) height, tile[0], tile[1]);
    }
}
