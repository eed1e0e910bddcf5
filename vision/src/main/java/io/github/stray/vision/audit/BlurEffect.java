// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

/**
 * How blurred a picture is: how much is left of the changes between neighbouring pixels when it is blurred once more. A sharp
 * picture loses most of them, a blurred one few.
 *
 * <h2>Definition</h2>
 *
 * Grey is 0.2125 R + 0.7154 G + 0.0721 B. Along each axis in turn: the picture is averaged over {@value #WINDOW} pixels along
 * the axis, its border mirrored with the outermost pixels repeated; a and b are the sizes of Sobel's derivative along the axis
 * before and after. The blur is (sum a - sum max(0, a - b)) / sum a, sums over the pixels 2 from the start and 1 from the end
 * of both axes; the larger of both axes counts. In [0, 1]; 0 where nothing changes along an axis, or there are no such pixels.
 *
 * <p>Source: Crete et al., The blur effect, Proc. SPIE 6492 (2007); equals scikit-image's {@code blur_effect}, whose 0 / 0 is 0
 * here.
 */
final class BlurEffect {
    private static final int WINDOW = 11;
    private static final int START = 2;
    private static final int END = 1;

    private BlurEffect() {}

    /** The blur of an image of {@code width * height} values, row-major. */
    static double of(double[] grey, int width, int height) {
        if (width <= START + END || height <= START + END) {
            return 0;
        }
        return Math.max(across(grey, width, height), across(transposed(grey, width, height), height, width));
    }

    /** The blur along rows. */
    private static double across(double[] grey, int width, int height) {
        double[] averaged = averaged(grey, width, height);
        double all = 0;
        double lost = 0;
        for (int y = START; y < height - END; y++) {
            for (int x = START; x < width - END; x++) {
                double before = change(grey, y * width + x, width);
                double after = change(averaged, y * width + x, width);
                all += before;
                lost += Math.max(0, before - after);
            }
        }
        return all == 0 ? 0 : (all - lost) / all;
    }

    private static double change(double[] values, int at, int width) {
        return Math.abs(step(values, at - width) + 2 * step(values, at) + step(values, at + width));
    }

    private static double step(double[] values, int at) {
        return values[at + 1] - values[at - 1];
    }

    private static double[] averaged(double[] grey, int width, int height) {
        double[] averaged = new double[grey.length];
        int reach = WINDOW / 2;
        for (int y = 0; y < height; y++) {
            int row = y * width;
            double sum = 0;
            for (int x = -reach; x <= reach; x++) {
                sum += grey[row + mirrored(x, width)];
            }
            averaged[row] = sum / WINDOW;
            for (int x = 1; x < width; x++) {
                sum += grey[row + mirrored(x + reach, width)] - grey[row + mirrored(x - reach - 1, width)];
                averaged[row + x] = sum / WINDOW;
            }
        }
        return averaged;
    }

    /** Where a pixel beyond the border comes from: d c b a | a b c d | d c b a. */
    private static int mirrored(int x, int width) {
        int at = Math.floorMod(x, 2 * width);
        return at < width ? at : 2 * width - 1 - at;
    }

    private static double[] transposed(double[] grey, int width, int height) {
        double[] transposed = new double[grey.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                transposed[x * height + y] = grey[y * width + x];
            }
        }
        return transposed;
    }
}
