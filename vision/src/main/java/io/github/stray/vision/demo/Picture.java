// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import io.github.stray.extract.ImageContent.Pixels;

/** An image as the lens sees it, before it is rounded to bytes. */
final class Picture {
    /** Width and height in pixels. */
    static final int SIZE = 64;

    private static final int PLANE = SIZE * SIZE;

    /** Three planes, row-major. */
    private double[][] planes = new double[3][PLANE];

    /** Colour of a pixel. */
    interface Source {
        Colour at(int x, int y);
    }

    Picture(Source source) {
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                Colour colour = source.at(x, y);
                planes[0][y * SIZE + x] = colour.red();
                planes[1][y * SIZE + x] = colour.green();
                planes[2][y * SIZE + x] = colour.blue();
            }
        }
    }

    /** Multiplies each part of the colour. */
    Picture light(double red, double green, double blue) {
        double[] gain = {red, green, blue};
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < PLANE; i++) {
                planes[c][i] *= gain[c];
            }
        }
        return this;
    }

    /** Mixes in a colour; the share at the top and at the bottom, linear between. */
    Picture veil(Colour colour, double top, double bottom) {
        double[] target = {colour.red(), colour.green(), colour.blue()};
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < PLANE; i++) {
                int row = i / SIZE;
                double share = top + (bottom - top) * row / (SIZE - 1);
                planes[c][i] += (target[c] - planes[c][i]) * share;
            }
        }
        return this;
    }

    /** Gaussian blur; edges repeat. */
    Picture blur(double sigma) {
        if (sigma < 0.05) {
            return this;
        }
        int radius = (int) Math.ceil(3 * sigma);
        double[] kernel = new double[2 * radius + 1];
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            kernel[i + radius] = StrictMath.exp(-i * i / (2 * sigma * sigma));
            sum += kernel[i + radius];
        }
        double[][] across = new double[3][PLANE];
        double[][] down = new double[3][PLANE];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    for (int i = -radius; i <= radius; i++) {
                        across[c][y * SIZE + x] +=
                                planes[c][y * SIZE + Math.clamp(x + i, 0, SIZE - 1)] * kernel[i + radius] / sum;
                    }
                }
            }
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    for (int i = -radius; i <= radius; i++) {
                        down[c][y * SIZE + x] +=
                                across[c][Math.clamp(y + i, 0, SIZE - 1) * SIZE + x] * kernel[i + radius] / sum;
                    }
                }
            }
        }
        planes = down;
        return this;
    }

    /** Adds normal noise to every value. */
    Picture grain(Dice dice, double deviation) {
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < PLANE; i++) {
                planes[c][i] += dice.normal(deviation);
            }
        }
        return this;
    }

    /** A camera of middling quality: exposure, colour cast, focus and sensor noise. */
    Picture photographed(Dice dice) {
        double exposure = dice.between(0.75, 1.2);
        light(
                exposure * dice.between(0.93, 1.07),
                exposure * dice.between(0.95, 1.05),
                exposure * dice.between(0.93, 1.07));
        return blur(dice.between(0, 0.9)).grain(dice, dice.between(0.004, 0.03));
    }

    Pixels toPixels() {
        byte[] rgb = new byte[3 * PLANE];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < PLANE; i++) {
                rgb[3 * i + c] = (byte) (int) (Math.clamp(planes[c][i], 0.0, 1.0) * 255 + 0.5);
            }
        }
        return new Pixels(SIZE, SIZE, rgb);
    }
}
