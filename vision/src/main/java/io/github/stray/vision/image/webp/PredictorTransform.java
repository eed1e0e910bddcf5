// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/**
 * What neighbours foretell was subtracted from each pixel. Sums and differences are taken channel by channel, modulo 256.
 *
 * @param width of the image
 * @param modes by square, in green
 */
record PredictorTransform(int width, LosslessTiles modes) implements LosslessTransform {
    private static final int OPAQUE_BLACK = 0xFF000000;
    private static final int LEFT = 1;

    @Override
    public int[] undo(int[] pixels) {
        pixels[0] = add(pixels[0], OPAQUE_BLACK);
        for (int x = 1; x < width; x++) {
            pixels[x] = add(pixels[x], pixels[x - 1]);
        }
        for (int y = 1, at = width; at < pixels.length; y++) {
            pixels[at] = add(pixels[at], pixels[at - width]);
            at++;
            for (int x = 1; x < width; ) {
                int mode = modes.at(x, y) >> 8 & 0xF;
                int end = Math.min(width, ((x >> modes.bits()) + 1) << modes.bits());
                for (; x < end; x++, at++) {
                    pixels[at] = add(pixels[at], foretold(mode, pixels, at, at - width));
                }
            }
        }
        return pixels;
    }

    /** The pixel behind the last of a row is the first of the next. */
    private static int foretold(int mode, int[] pixels, int at, int above) {
        return switch (mode) {
            case LEFT -> pixels[at - 1];
            case 2 -> pixels[above];
            case 3 -> pixels[above + 1];
            case 4 -> pixels[above - 1];
            case 5 -> mean(mean(pixels[at - 1], pixels[above + 1]), pixels[above]);
            case 6 -> mean(pixels[at - 1], pixels[above - 1]);
            case 7 -> mean(pixels[at - 1], pixels[above]);
            case 8 -> mean(pixels[above - 1], pixels[above]);
            case 9 -> mean(pixels[above], pixels[above + 1]);
            case 10 -> mean(mean(pixels[at - 1], pixels[above - 1]), mean(pixels[above], pixels[above + 1]));
            case 11 -> nearest(pixels[at - 1], pixels[above], pixels[above - 1]);
            case 12 -> gradient(pixels[at - 1], pixels[above], pixels[above - 1]);
            case 13 -> halfGradient(mean(pixels[at - 1], pixels[above]), pixels[above - 1]);
            default -> OPAQUE_BLACK;
        };
    }

    static int add(int a, int b) {
        int alphaAndGreen = (a & 0xFF00FF00) + (b & 0xFF00FF00);
        int redAndBlue = (a & 0x00FF00FF) + (b & 0x00FF00FF);
        return (alphaAndGreen & 0xFF00FF00) | (redAndBlue & 0x00FF00FF);
    }

    private static int mean(int a, int b) {
        return ((a ^ b) >>> 1 & 0x7F7F7F7F) + (a & b);
    }

    /** That of both which is nearer to left + above - corner over all channels; the upper one if both are as near. */
    private static int nearest(int left, int above, int corner) {
        int toLeft = 0;
        int toAbove = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int middle = corner >> shift & 0xFF;
            toLeft += Math.abs((above >> shift & 0xFF) - middle);
            toAbove += Math.abs((left >> shift & 0xFF) - middle);
        }
        return toLeft < toAbove ? left : above;
    }

    /** left + above - corner. */
    private static int gradient(int left, int above, int corner) {
        int sum = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int level = (left >> shift & 0xFF) + (above >> shift & 0xFF) - (corner >> shift & 0xFF);
            sum |= Math.clamp(level, 0, 255) << shift;
        }
        return sum;
    }

    /** mean + (mean - corner) / 2, the half rounded towards 0. */
    private static int halfGradient(int mean, int corner) {
        int sum = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int level = mean >> shift & 0xFF;
            sum |= Math.clamp(level + (level - (corner >> shift & 0xFF)) / 2, 0, 255) << shift;
        }
        return sum;
    }
}
