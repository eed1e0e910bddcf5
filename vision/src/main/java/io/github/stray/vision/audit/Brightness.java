// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import io.github.stray.extract.ImageContent.Pixels;

/**
 * The brightness of the pixels of an image, {@code sqrt(0.241 R^2 + 0.691 G^2 + 0.068 B^2) / 255}. Percentiles are exact and
 * need no copy of the pixels: the squares are whole numbers in thousandths, which are counted in buckets first, and those of the
 * buckets that hold a percentile are counted one by one.
 */
final class Brightness {
    private static final int BUCKET_BITS = 10;
    private static final int BUCKETS = ((1000 * 255 * 255) >> BUCKET_BITS) + 1;

    private final byte[] rgb;
    private final int[] buckets = new int[BUCKETS];
    private final double mean;
    private final double deviation;

    Brightness(Pixels image) {
        rgb = image.rgb();
        int n = rgb.length / 3;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            int thousandths = thousandths(i);
            buckets[thousandths >> BUCKET_BITS]++;
            sum += Math.sqrt(thousandths);
            squares += thousandths;
        }
        double scale = Math.sqrt(1000) * 255;
        mean = sum / n / scale;
        deviation = Math.sqrt(Math.max(0, squares / n - sum / n * (sum / n))) / scale;
    }

    private int thousandths(int at) {
        int red = rgb[at] & 255;
        int green = rgb[at + 1] & 255;
        int blue = rgb[at + 2] & 255;
        return 241 * red * red + 691 * green * green + 68 * blue * blue;
    }

    double mean() {
        return mean;
    }

    double deviation() {
        return deviation;
    }

    /** By linear interpolation between the two nearest ranks (type 7). */
    double percentile(double share) {
        int n = rgb.length / 3;
        double position = (n - 1) * share;
        int below = (int) Math.floor(position);
        double low = ranked(below);
        double high = ranked(Math.min(below + 1, n - 1));
        return low + (high - low) * (position - below);
    }

    /** The brightness of a rank, the darkest first. */
    private double ranked(int rank) {
        int bucket = 0;
        int before = 0;
        while (before + buckets[bucket] <= rank) {
            before += buckets[bucket++];
        }
        int[] counts = new int[1 << BUCKET_BITS];
        for (int i = 0; i < rgb.length; i += 3) {
            int thousandths = thousandths(i);
            if (thousandths >> BUCKET_BITS == bucket) {
                counts[thousandths & (1 << BUCKET_BITS) - 1]++;
            }
        }
        int within = 0;
        while (before + counts[within] <= rank) {
            before += counts[within++];
        }
        return Math.sqrt(((bucket << BUCKET_BITS) + within) / 1000.0) / 255;
    }
}
