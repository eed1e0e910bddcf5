// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.ImageContent.Pixels;
import java.util.Arrays;
import java.util.Objects;

/**
 * Resizes 8-bit RGB images to the same bytes as Pillow's {@code Image.resize}.
 *
 * <p>Variant: separable, rows first and then columns, each pass rounded to 8 bits; kernel weights normalised in double
 * and rounded to {@value #PRECISION_BITS} fractional bits; the kernel is stretched by the shrinking factor
 * (antialiasing). Only rows and columns that the wanted window needs are computed, so the cost of a centre crop does
 * not grow with what it cuts away. Source: Pillow 9.4.0, against which {@code golden/preprocess} was made.
 *
 * <p>Java2D's interpolations are not this: its bicubic differs in almost half of the bytes.
 */
public final class Resampling {
    private static final int PRECISION_BITS = 32 - 8 - 2;
    private static final int ROUNDING = 1 << (PRECISION_BITS - 1);

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
     * @throws IllegalArgumentException if a size is below 1 or the intermediate image would pass 2 GiB
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
        if (interpolation == Interpolation.NEAREST) {
            return nearest(image, width, height, left, top, windowWidth, windowHeight);
        }
        if (sameHeight) {
            Kernel columns = Kernel.of(image.width(), width, left, windowWidth, interpolation);
            return acrossRows(image, columns, top, windowHeight);
        }
        Kernel rows = Kernel.of(image.height(), height, top, windowHeight, interpolation);
        int first = rows.start(0);
        int count = rows.end(windowHeight - 1) - first;
        Pixels strip = sameWidth
                ? cut(image, left, first, windowWidth, count)
                : acrossRows(image, Kernel.of(image.width(), width, left, windowWidth, interpolation), first, count);
        return acrossColumns(strip, rows, first);
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

    private static Pixels acrossRows(Pixels image, Kernel kernel, int top, int height) {
        byte[] source = image.rgb();
        int width = kernel.size();
        byte[] target = new byte[bytes(width, height)];
        int at = 0;
        for (int y = 0; y < height; y++) {
            int row = 3 * (top + y) * image.width();
            for (int x = 0; x < width; x++) {
                int red = ROUNDING;
                int green = ROUNDING;
                int blue = ROUNDING;
                int from = row + 3 * kernel.start(x);
                int weights = kernel.offset(x);
                for (int i = 0; i < kernel.count(x); i++) {
                    int weight = kernel.weights()[weights + i];
                    red += weight * (source[from] & 0xff);
                    green += weight * (source[from + 1] & 0xff);
                    blue += weight * (source[from + 2] & 0xff);
                    from += 3;
                }
                target[at++] = clip(red);
                target[at++] = clip(green);
                target[at++] = clip(blue);
            }
        }
        return new Pixels(width, height, target);
    }

    /** Whole rows at a time, because neighbouring columns share their weights. */
    private static Pixels acrossColumns(Pixels strip, Kernel kernel, int firstRow) {
        byte[] source = strip.rgb();
        int stride = 3 * strip.width();
        byte[] target = new byte[bytes(strip.width(), kernel.size())];
        int[] sums = new int[stride];
        for (int y = 0; y < kernel.size(); y++) {
            Arrays.fill(sums, ROUNDING);
            for (int i = 0; i < kernel.count(y); i++) {
                int weight = kernel.weights()[kernel.offset(y) + i];
                int row = (kernel.start(y) - firstRow + i) * stride;
                for (int x = 0; x < stride; x++) {
                    sums[x] += weight * (source[row + x] & 0xff);
                }
            }
            for (int x = 0; x < stride; x++) {
                target[y * stride + x] = clip(sums[x]);
            }
        }
        return new Pixels(strip.width(), kernel.size(), target);
    }

    private static Pixels nearest(
            Pixels image, int width, int height, int left, int top, int windowWidth, int windowHeight) {
        int[] columns = nearestIndices(image.width(), width, left, windowWidth);
        int[] rows = nearestIndices(image.height(), height, top, windowHeight);
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

    /** Pillow adds the step up instead of multiplying; the rounding of that sum decides between two pixels. */
    private static int[] nearestIndices(int from, int to, int first, int size) {
        double step = (double) from / to;
        double position = step * 0.5;
        for (int i = 0; i < first; i++) {
            position += step;
        }
        int[] indices = new int[size];
        for (int i = 0; i < size; i++) {
            indices[i] = Math.min((int) position, from - 1);
            position += step;
        }
        return indices;
    }

    private static byte clip(int sum) {
        return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
    }

    private static int bytes(int width, int height) {
        long bytes = 3L * width * height;
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "resizing needs an intermediate image of %d x %d pixels, more than 2 GiB".formatted(width, height));
        }
        return (int) bytes;
    }

    /** For each new pixel of one axis: the first source pixel, how many, and their fixed-point weights. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Kernel(int[] starts, int[] offsets, int[] weights) {
        static Kernel of(int from, int to, int first, int size, Interpolation interpolation) {
            double scale = (double) from / to;
            double stretch = Math.max(scale, 1);
            double support = interpolation.support() * stretch;
            double squeeze = 1 / stretch;
            double[] raw = new double[(int) Math.ceil(support) * 2 + 1];
            int[] starts = new int[size];
            int[] offsets = new int[size + 1];
            int[] weights = new int[Math.multiplyExact(size, raw.length)];
            for (int i = 0; i < size; i++) {
                double centre = (first + i + 0.5) * scale;
                int start = Math.max(0, (int) (centre - support + 0.5));
                int count = Math.min(from, (int) (centre + support + 0.5)) - start;
                double sum = 0;
                for (int j = 0; j < count; j++) {
                    raw[j] = interpolation.weight((j + start - centre + 0.5) * squeeze);
                    sum += raw[j];
                }
                starts[i] = start;
                offsets[i + 1] = offsets[i] + count;
                for (int j = 0; j < count; j++) {
                    double weight = (sum == 0 ? raw[j] : raw[j] / sum) * (1 << PRECISION_BITS);
                    weights[offsets[i] + j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
                }
            }
            return new Kernel(starts, offsets, weights);
        }

        int size() {
            return starts.length;
        }

        int start(int i) {
            return starts[i];
        }

        int offset(int i) {
            return offsets[i];
        }

        int count(int i) {
            return offsets[i + 1] - offsets[i];
        }

        int end(int i) {
            return starts[i] + count(i);
        }
    }
}
