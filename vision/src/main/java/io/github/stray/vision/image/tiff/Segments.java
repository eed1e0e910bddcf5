// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.IOException;

/**
 * How a page is cut: strips, which are as wide as the page, or tiles. One after the other they cover the page in rows,
 * and where samples are kept apart, once for each sample.
 *
 * @param tiled whether they are tiles; tiles are full at the edges, the last strip is not
 * @param planes 1 where the samples of a pixel lie together, else how many samples there are
 */
@SuppressWarnings("ArrayRecordComponent")
record Segments(boolean tiled, int width, int height, int planes, long[] offsets, long[] byteCounts) {
    private static final int STRIP_OFFSETS = 273;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTE_COUNTS = 279;
    private static final int PLANAR = 284;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_LENGTH = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTE_COUNTS = 325;

    static Segments of(TiffFields fields, int pageWidth, int pageHeight, int samples) throws IOException {
        int planes = fields.number(PLANAR).orElse(1) == 2 ? samples : 1;
        boolean tiled = fields.has(TILE_WIDTH);
        boolean asTiles = fields.has(TILE_OFFSETS);
        long[] offsets = fields.numbers(asTiles ? TILE_OFFSETS : STRIP_OFFSETS);
        long[] byteCounts = fields.numbers(asTiles ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS);
        if (offsets.length == 0) {
            throw new TiffDamage("it does not say where its pixels are");
        }
        if (!tiled) {
            int rows = (int) Math.min(fields.number(ROWS_PER_STRIP).orElse(pageHeight), pageHeight);
            return checked(new Segments(false, pageWidth, rows, planes, offsets, byteCounts), pageWidth, pageHeight);
        }
        long width = fields.number(TILE_WIDTH).orElse(0);
        long height = fields.number(TILE_LENGTH).orElse(0);
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new TiffDamage("it states tiles of %d x %d pixels".formatted(width, height));
        }
        return checked(
                new Segments(true, (int) width, (int) height, planes, offsets, byteCounts), pageWidth, pageHeight);
    }

    private static Segments checked(Segments segments, int pageWidth, int pageHeight) throws IOException {
        if (segments.height() < 1) {
            throw new TiffDamage("it states strips of %d rows".formatted(segments.height()));
        }
        long needed = (long) segments.across(pageWidth) * segments.down(pageHeight) * segments.planes();
        if (segments.offsets().length < needed) {
            throw new TiffDamage(
                    "it says where %d of its %d %ss are".formatted(segments.offsets().length, needed, segments.name()));
        }
        return segments;
    }

    /** How many cover the width of a page. */
    int across(int pageWidth) {
        return Math.ceilDiv(pageWidth, width);
    }

    /** How many cover the height of a page. */
    int down(int pageHeight) {
        return Math.ceilDiv(pageHeight, height);
    }

    String name() {
        return tiled ? "tile" : "strip";
    }
}
