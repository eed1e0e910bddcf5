// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.Goldens;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** The fast resampling against a plain one, written from Pillow 13's source: whole images, one pass after the other, in doubles. */
class ResamplingProperties {
    private static final double FIXED_POINT = 1 << 22;

    @Property(tries = 400)
    void window_anySizes_isThatOfThePlainTwin(
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 160) int height,
            @ForAll @IntRange(min = 1, max = 60) int toWidth,
            @ForAll @IntRange(min = 1, max = 60) int toHeight,
            @ForAll Interpolation interpolation,
            @ForAll @IntRange(min = 0, max = 1000) int seed) {
        Assume.that(!interpolation.isNearest());
        Pixels image = Goldens.noise(width, height, seed, seed % 2 == 0);
        int left = seed % toWidth;
        int top = seed % toHeight;
        Pixels window =
                Resampling.window(image, toWidth, toHeight, interpolation, left, top, toWidth - left, toHeight - top);

        int rowsLost = height - toHeight;
        boolean columnsFirst = rowsLost > 0 && rowsLost > 2 * (width - toWidth);
        Statistics.collect(columnsFirst ? "columns first" : "rows first");
        double[][] levels = levels(image);
        levels = columnsFirst
                ? transposed(narrowed(transposed(levels, width), toHeight, interpolation), toHeight)
                : narrowed(levels, toWidth, interpolation);
        levels = columnsFirst
                ? narrowed(levels, toWidth, interpolation)
                : transposed(narrowed(transposed(levels, toWidth), toHeight, interpolation), toHeight);
        for (int y = top; y < toHeight; y++) {
            for (int x = 3 * left; x < 3 * toWidth; x++) {
                assertThat(window.rgb()[3 * (y - top) * (toWidth - left) + x - 3 * left] & 0xff)
                        .isEqualTo((int) levels[y][x]);
            }
        }
    }

    private static double[][] levels(Pixels image) {
        double[][] levels = new double[image.height()][3 * image.width()];
        for (int i = 0; i < image.rgb().length; i++) {
            levels[i / levels[0].length][i % levels[0].length] = image.rgb()[i] & 0xff;
        }
        return levels;
    }

    /** Pixels to the other side of the diagonal. */
    private static double[][] transposed(double[][] levels, int width) {
        double[][] turned = new double[width][3 * levels.length];
        for (int y = 0; y < levels.length; y++) {
            for (int x = 0; x < 3 * width; x++) {
                turned[x / 3][3 * y + x % 3] = levels[y][x];
            }
        }
        return turned;
    }

    private static double[][] narrowed(double[][] rows, int to, Interpolation interpolation) {
        int from = rows[0].length / 3;
        if (from == to) {
            return rows;
        }
        double[][] narrowed = new double[rows.length][3 * to];
        double scale = (double) from / to;
        double stretch = Math.max(scale, 1);
        double radius = interpolation.support() * stretch;
        for (int x = 0; x < to; x++) {
            double centre = (x + 0.5) * scale;
            int first = (int) Math.max(0, Math.floor(centre - radius + 0.5));
            int end = (int) Math.min(from, Math.floor(centre + radius + 0.5));
            double[] weights = new double[end - first];
            double total = 0;
            for (int j = 0; j < weights.length; j++) {
                weights[j] = interpolation.weight((first + j - centre + 0.5) * (1 / stretch));
                total += weights[j];
            }
            for (int y = 0; y < rows.length; y++) {
                for (int colour = 0; colour < 3; colour++) {
                    double sum = 0.5;
                    for (int j = 0; j < weights.length; j++) {
                        double whole = weights[j] / total * FIXED_POINT;
                        sum += (int) (whole + Math.copySign(0.5, whole))
                                / FIXED_POINT
                                * rows[y][3 * (first + j) + colour];
                    }
                    narrowed[y][3 * x + colour] = Math.clamp(Math.floor(sum), 0, 255);
                }
            }
        }
        return narrowed;
    }
}
