// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.ImageContent.Pixels;
import java.util.Arrays;
import java.util.Objects;

/**
 * Resizes 8-bit RGB images to the same bytes as {@code Image.resize} of Pillow {@value #PILLOW}.
 *
 * <p>Variant: separable, each pass rounded to 8 bits; kernel weights normalised in double and rounded to 22
 * fractional bits; the kernel is stretched by the shrinking factor (antialiasing). Rows come first and
 * then columns, but columns first where the image loses more than twice as many rows as columns. Only rows and columns
 * that the wanted window needs are computed, so the cost of a centre crop does not grow with what it cuts away. Source:
 * Pillow 13.0.0, {@code Resample.c}. Pillow up to 12 always begins with the rows, and so does torchvision, whose weights
 * are coarser: {@link Arithmetic#TORCHVISION}.
 *
 * <p>Java2D's interpolations are not this: its bicubic differs in almost half of the bytes.
 */
public final class Resampling {
    /** Major version of the Pillow that is followed: 12 and 13 resize tall images to different bytes. */
    public static final int PILLOW = 13;

    private Resampling() {}

    /**
     * Resizes a whole image.
     *
     * @param image source
     * @param width new width in pixels, at least 1
     * @param height new height in pixels, at least 1
     * @param interpolation kernel
     * @return a {@code height x width} image; the source itself if the size is the same
     */
    public static Pixels resize(Pixels image, int width, int height, Interpolation interpolation) {
        return window(image, width, height, interpolation, 0, 0, width, height);
    }

    /**
     * Shrinks an image that is larger than a square, in its proportions.
     *
     * @param image any image
     * @param longest pixels of its longer side at most, at least 1
     * @return the image itself where it fits, else one whose longer side is that long
     */
    public static Pixels within(Pixels image, int longest) {
        int longer = Math.max(image.width(), image.height());
        if (longer <= longest) {
            return image;
        }
        return resize(
                image,
                Math.max(1, Math.round((float) image.width() * longest / longer)),
                Math.max(1, Math.round((float) image.height() * longest / longer)),
                Interpolation.BILINEAR);
    }

    /**
     * The part of a resized image that a crop keeps.
     *
     * @param image source
     * @param width width of the whole resized image, at least 1
     * @param height height of the whole resized image, at least 1
     * @param interpolation kernel
     * @param left first column of the window
     * @param top first row of the window
     * @param windowWidth columns of the window, at least 1
     * @param windowHeight rows of the window, at least 1
     * @return the window, equal to that part of {@link #resize}
     * @throws IllegalArgumentException if a size is below 1 or the window would pass 2 GiB
     * @throws IndexOutOfBoundsException if the window does not lie inside the resized image
     */
    public static Pixels window(
            Pixels image,
            int width,
            int height,
            Interpolation interpolation,
            int left,
            int top,
            int windowWidth,
            int windowHeight) {
        return window(image, width, height, interpolation, Arithmetic.LEVELS, left, top, windowWidth, windowHeight);
    }

    /** As Pillow or as torchvision. */
    static Pixels window(
            Pixels image,
            int width,
            int height,
            Interpolation interpolation,
            Arithmetic arithmetic,
            int left,
            int top,
            int windowWidth,
            int windowHeight) {
        if (windowWidth < 1 || windowHeight < 1) {
            throw new IllegalArgumentException(
                    "a resized image must have at least 1 x 1 pixels, asked for %d x %d".formatted(width, height));
        }
        Objects.checkFromIndexSize(left, windowWidth, width);
        Objects.checkFromIndexSize(top, windowHeight, height);
        boolean sameWidth = width == image.width();
        boolean sameHeight = height == image.height();
        if (sameWidth && sameHeight) {
            return cut(image, left, top, windowWidth, windowHeight);
        }
        if (interpolation.isNearest()) {
            return nearest(image, interpolation, width, height, left, top, windowWidth, windowHeight);
        }
        Kernel columns = kernel(image.width(), width, left, windowWidth, interpolation, arithmetic);
        if (sameHeight) {
            return acrossRows(new Strip(image, columns, top, top + windowHeight), windowHeight);
        }
        Kernel rows = kernel(image.height(), height, top, windowHeight, interpolation, arithmetic);
        int first = rows.start(0);
        int end = rows.end(windowHeight - 1);
        if (!sameWidth && arithmetic == Arithmetic.LEVELS && columnsFirst(image, width, height)) {
            int from = columns.start(0);
            var whole = new Strip(image, Kernel.copy(from, columns.end(windowWidth - 1) - from), first, end);
            Pixels shrunk = shrinkColumns(whole, rows, first);
            return acrossRows(new Strip(shrunk, columns.from(from), 0, windowHeight), windowHeight);
        }
        Strip strip = new Strip(image, columns, first, end);
        return height < image.height() ? shrinkColumns(strip, rows, first) : stretchColumns(strip, rows, first);
    }

    private static Kernel kernel(
            int from, int to, int first, int size, Interpolation interpolation, Arithmetic arithmetic) {
        if (from == to) {
            return Kernel.copy(first, size);
        }
        Kernel kernel = Kernel.of(from, to, first, size, interpolation);
        // The bits are chosen for the whole image, also where a crop keeps a part of it.
        return arithmetic == Arithmetic.TORCHVISION
                ? kernel.withBits(Kernel.of(from, to, 0, to, interpolation).bitsOfShorts())
                : kernel;
    }

    /** Pillow's rule; the pass across the rows has less to do then. */
    private static boolean columnsFirst(Pixels image, int width, int height) {
        int rowsLost = image.height() - height;
        return rowsLost > 0 && rowsLost > 2L * (image.width() - width);
    }

    private static Pixels cut(Pixels image, int left, int top, int width, int height) {
        if (width == image.width() && height == image.height()) {
            return image;
        }
        byte[] rgb = new byte[bytes(width, height)];
        for (int y = 0; y < height; y++) {
            System.arraycopy(image.rgb(), 3 * ((top + y) * image.width() + left), rgb, 3 * y * width, 3 * width);
        }
        return new Pixels(width, height, rgb);
    }

    private static Pixels acrossRows(Strip strip, int height) {
        byte[] target = new byte[bytes(strip.length() / 3, height)];
        int[] row = new int[strip.length()];
        for (int y = 0; y < height; y++) {
            strip.next(row);
            for (int x = 0; x < row.length; x++) {
                target[y * row.length + x] = (byte) row[x];
            }
        }
        return new Pixels(strip.length() / 3, height, target);
    }

    /** Each row of the strip is added to the few new rows that it belongs to; kept are the sums of those. */
    private static Pixels shrinkColumns(Strip strip, Kernel kernel, int firstRow) {
        int stride = strip.length();
        byte[] target = new byte[bytes(stride / 3, kernel.size())];
        int[] row = new int[stride];
        int[][] sums = new int[kernel.mostAtOnce()][];
        int[] weights = kernel.fixedPoint();
        int opened = 0;
        int closed = 0;
        for (int y = firstRow; closed < kernel.size(); y++) {
            strip.next(row);
            for (; opened < kernel.size() && kernel.start(opened) <= y; opened++) {
                int slot = opened % sums.length;
                sums[slot] = sums[slot] == null ? new int[stride] : sums[slot];
                Arrays.fill(sums[slot], kernel.rounding());
            }
            for (int i = closed; i < opened; i++) {
                add(sums[i % sums.length], row, weights[kernel.offset(i) + y - kernel.start(i)]);
            }
            for (; closed < opened && kernel.end(closed) == y + 1; closed++) {
                store(kernel, sums[closed % sums.length], target, closed * stride);
            }
        }
        return new Pixels(stride / 3, kernel.size(), target);
    }

    /** Each new row is summed from the few rows of the strip that belong to it; kept are those. */
    private static Pixels stretchColumns(Strip strip, Kernel kernel, int firstRow) {
        int stride = strip.length();
        byte[] target = new byte[bytes(stride / 3, kernel.size())];
        int[][] rows = new int[kernel.mostPixels()][stride];
        int[] weights = kernel.fixedPoint();
        int[] sums = new int[stride];
        int read = firstRow;
        for (int i = 0; i < kernel.size(); i++) {
            for (; read < kernel.end(i); read++) {
                strip.next(rows[read % rows.length]);
            }
            Arrays.fill(sums, kernel.rounding());
            for (int y = kernel.start(i); y < kernel.end(i); y++) {
                add(sums, rows[y % rows.length], weights[kernel.offset(i) + y - kernel.start(i)]);
            }
            store(kernel, sums, target, i * stride);
        }
        return new Pixels(stride / 3, kernel.size(), target);
    }

    private static void add(int[] sums, int[] row, int weight) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += weight * row[x];
        }
    }

    private static void store(Kernel kernel, int[] sums, byte[] target, int at) {
        for (int x = 0; x < sums.length; x++) {
            target[at + x] = (byte) kernel.level(sums[x]);
        }
    }

    private static Pixels nearest(
            Pixels image,
            Interpolation interpolation,
            int width,
            int height,
            int left,
            int top,
            int windowWidth,
            int windowHeight) {
        int[] columns = interpolation.nearest(image.width(), width, left, windowWidth);
        int[] rows = interpolation.nearest(image.height(), height, top, windowHeight);
        byte[] source = image.rgb();
        byte[] target = new byte[bytes(windowWidth, windowHeight)];
        int at = 0;
        for (int y = 0; y < windowHeight; y++) {
            int row = rows[y] * image.width();
            for (int x = 0; x < windowWidth; x++) {
                int from = 3 * (row + columns[x]);
                target[at++] = source[from];
                target[at++] = source[from + 1];
                target[at++] = source[from + 2];
            }
        }
        return new Pixels(windowWidth, windowHeight, target);
    }

    static int bytes(int width, int height) {
        long bytes = 3L * width * height;
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "a resized image of %d x %d pixels would be larger than 2 GiB".formatted(width, height));
        }
        return (int) bytes;
    }

    /**
     * The rows of an image in their new width, one after another. Two are made at a time, their values in the halves of a
     * 64-bit number, because one multiplication then serves both: the lower half is a sum of the one row, and what is left
     * after taking it away, sign and all, is a sum of the other.
     */
    private static final class Strip {
        private final byte[] source;
        private final int sourceStride;
        private final Kernel kernel;
        private final int[] weights;
        private final boolean copies;
        private final int end;
        private final long[] pairs;
        private final int[] other;
        private int next;
        private boolean otherIsNext;

        Strip(Pixels image, Kernel kernel, int first, int end) {
            this.source = image.rgb();
            this.sourceStride = 3 * image.width();
            this.kernel = kernel;
            this.weights = kernel.fixedPoint();
            this.copies = kernel.isCopy();
            this.end = end;
            this.pairs = new long[3 * (kernel.end(kernel.size() - 1) - kernel.start(0))];
            this.other = new int[3 * kernel.size()];
            this.next = first;
        }

        int length() {
            return other.length;
        }

        void next(int[] row) {
            if (otherIsNext) {
                System.arraycopy(other, 0, row, 0, row.length);
                otherIsNext = false;
                return;
            }
            int one = next * sourceStride + 3 * kernel.start(0);
            int two = next + 1 < end ? one + sourceStride : one;
            if (copies) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = source[one + i] & 0xff;
                    other[i] = source[two + i] & 0xff;
                }
                next += 2;
                otherIsNext = true;
                return;
            }
            for (int i = 0; i < pairs.length; i++) {
                pairs[i] = (source[one + i] & 0xff) | (long) (source[two + i] & 0xff) << 32;
            }
            int rounding = kernel.rounding();
            for (int x = 0; x < kernel.size(); x++) {
                long red = rounding | (long) rounding << 32;
                long green = red;
                long blue = red;
                int from = 3 * (kernel.start(x) - kernel.start(0));
                for (int i = kernel.offset(x); i < kernel.offset(x + 1); i++) {
                    long weight = weights[i];
                    red += weight * pairs[from];
                    green += weight * pairs[from + 1];
                    blue += weight * pairs[from + 2];
                    from += 3;
                }
                row[3 * x] = kernel.level((int) red);
                row[3 * x + 1] = kernel.level((int) green);
                row[3 * x + 2] = kernel.level((int) blue);
                other[3 * x] = kernel.level(upper(red));
                other[3 * x + 1] = kernel.level(upper(green));
                other[3 * x + 2] = kernel.level(upper(blue));
            }
            next += 2;
            otherIsNext = true;
        }

        private static int upper(long sums) {
            return (int) ((sums - (int) sums) >> 32);
        }
    }
}
