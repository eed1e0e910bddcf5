// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.vision.image.FileProperties;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Resampling;
import java.util.Arrays;
import java.util.Optional;

/** Measures images. The definitions stand at {@link ImageMeasures}. */
final class Measuring {
    private static final int LEVELS = 256;

    /** Longer side of what blur is looked for in; the networks see about as much. */
    private static final int BLUR_SIDE = 256;

    /** Longer side of the reduced image. */
    private static final int REDUCED = 64;

    private Measuring() {}

    /** Measures an image; {@code file} is empty and {@code bytes} 0 where it never was a file. */
    static ImageMeasures of(Pixels image, Optional<FileProperties> file, long bytes) {
        boolean grey = file.map(FileProperties::grey).orElse(false);
        var histogram = new Histogram(image, grey);
        var brightness = new Brightness(image);
        Pixels reduced = reduced(image);
        byte[] reducedGrey = grey(reduced);
        return new ImageMeasures(
                image.width(),
                image.height(),
                bytes,
                file.map(FileProperties::format).orElse(""),
                grey,
                file.map(FileProperties::orientation).orElse(1),
                file.map(FileProperties::profile).orElse(false),
                brightness.percentile(0.99),
                brightness.percentile(0.05),
                brightness.mean(),
                brightness.deviation(),
                histogram.entropy(),
                edges(reducedGrey, reduced.width(), reduced.height()),
                levels(reducedGrey),
                histogram.saturation(),
                blur(Resampling.within(image, BLUR_SIDE)));
    }

    /** How often each level occurs, and how far the bands of a pixel are apart. */
    private static final class Histogram {
        private final long[] counts;
        private final double saturation;

        Histogram(Pixels image, boolean grey) {
            byte[] rgb = image.rgb();
            long[] all = new long[3 * LEVELS];
            double sum = 0;
            for (int i = 0; i < rgb.length; i += 3) {
                int red = rgb[i] & 255;
                int green = rgb[i + 1] & 255;
                int blue = rgb[i + 2] & 255;
                all[red]++;
                all[LEVELS + green]++;
                all[2 * LEVELS + blue]++;
                int most = Math.max(red, Math.max(green, blue));
                if (most > 0) {
                    sum += (double) (most - Math.min(red, Math.min(green, blue))) / most;
                }
            }
            counts = grey ? Arrays.copyOf(all, LEVELS) : all;
            int pixels = rgb.length / 3;
            saturation = sum / pixels;
        }

        double saturation() {
            return saturation;
        }

        double entropy() {
            double total = 0;
            for (long count : counts) {
                total += count;
            }
            double entropy = 0;
            for (long count : counts) {
                if (count > 0) {
                    double share = count / total;
                    entropy -= share * Math.log(share) / Math.log(2);
                }
            }
            return entropy;
        }
    }

    /** Pillow's bicubic to at most 64 pixels on the longer side, each side rounded down. */
    private static Pixels reduced(Pixels image) {
        long longer = Math.max(image.width(), image.height());
        if (longer <= REDUCED) {
            return image;
        }
        return Resampling.resize(
                image,
                (int) Math.max(1, image.width() * (long) REDUCED / longer),
                (int) Math.max(1, image.height() * (long) REDUCED / longer),
                Interpolation.BICUBIC);
    }

    /** Pillow's grey: ITU-R BT.601's weights in 16 bits, rounded. */
    private static byte[] grey(Pixels image) {
        byte[] rgb = image.rgb();
        byte[] grey = new byte[rgb.length / 3];
        for (int i = 0, from = 0; i < grey.length; i++, from += 3) {
            grey[i] = (byte)
                    (((rgb[from] & 255) * 19595 + (rgb[from + 1] & 255) * 38470 + (rgb[from + 2] & 255) * 7471 + 0x8000)
                            >> 16);
        }
        return grey;
    }

    /** Deviation of the differences between a pixel and its eight neighbours, cut to 0 .. 255. */
    private static double edges(byte[] grey, int width, int height) {
        double sum = 0;
        double squares = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean outermost = x == 0 || y == 0 || x == width - 1 || y == height - 1;
                int value = outermost ? grey[y * width + x] & 255 : edge(grey, y * width + x, width);
                sum += value;
                squares += (double) value * value;
            }
        }
        return Math.sqrt((squares - sum * sum / grey.length) / grey.length);
    }

    private static int edge(byte[] grey, int at, int width) {
        int around = 0;
        for (int row = at - width; row <= at + width; row += width) {
            around += (grey[row - 1] & 255) + (grey[row] & 255) + (grey[row + 1] & 255);
        }
        return Math.clamp(9L * (grey[at] & 255) - around, 0, 255);
    }

    private static double levels(byte[] grey) {
        int[] counts = new int[LEVELS];
        for (byte value : grey) {
            counts[value & 255]++;
        }
        double mean = (double) grey.length / LEVELS;
        double squares = 0;
        for (int count : counts) {
            squares += (count - mean) * (count - mean);
        }
        return Math.sqrt(squares / LEVELS);
    }

    private static double blur(Pixels image) {
        byte[] rgb = image.rgb();
        double[] grey = new double[rgb.length / 3];
        for (int i = 0, from = 0; i < grey.length; i++, from += 3) {
            grey[i] = 0.2125 * (rgb[from] & 255) + 0.7154 * (rgb[from + 1] & 255) + 0.0721 * (rgb[from + 2] & 255);
        }
        return BlurEffect.of(grey, image.width(), image.height());
    }
}
