// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** What an image is drawn on: twice the final size, so that edges come out smooth. */
final class Canvas {
    /** Width and height in canvas pixels. */
    static final int SIZE = 2 * Picture.SIZE;

    private final BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);

    /** Colour of a place; {@code x} and {@code y} run from 0 to 1, downwards. */
    interface Shading {
        Colour at(double x, double y);
    }

    /** A new brush with smooth edges, in coordinates of 0 to 1. The caller disposes of it. */
    Graphics2D brush() {
        Graphics2D brush = image.createGraphics();
        brush.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        brush.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        brush.scale(SIZE, SIZE);
        return brush;
    }

    /** Paints every place. */
    Canvas shade(Shading shading) {
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                image.setRGB(
                        x, y, shading.at((x + 0.5) / SIZE, (y + 0.5) / SIZE).rgb());
            }
        }
        return this;
    }

    /** The drawing at its final size: means of 2 x 2 canvas pixels. */
    Picture develop() {
        return new Picture((x, y) -> {
            int a = image.getRGB(2 * x, 2 * y);
            int b = image.getRGB(2 * x + 1, 2 * y);
            int c = image.getRGB(2 * x, 2 * y + 1);
            int d = image.getRGB(2 * x + 1, 2 * y + 1);
            return new Colour(mean(a, b, c, d, 16), mean(a, b, c, d, 8), mean(a, b, c, d, 0));
        });
    }

    private static double mean(int a, int b, int c, int d, int shift) {
        return ((a >> shift & 255) + (b >> shift & 255) + (c >> shift & 255) + (d >> shift & 255)) / 1020.0;
    }
}
