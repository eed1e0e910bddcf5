// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/** Digits written by a shaky hand, from lines: no font is involved. */
final class Digits {
    /** The strokes of 0 to 9 as points {@code x, y} within -0.5 to 0.5. */
    private static final double[][][] STROKES = {
        {{0, -0.5, -0.27, -0.36, -0.33, 0, -0.27, 0.36, 0, 0.5, 0.27, 0.36, 0.33, 0, 0.27, -0.36, 0, -0.5}},
        {{-0.2, -0.28, 0.06, -0.5, 0.06, 0, 0.06, 0.5}},
        {{-0.3, -0.28, -0.16, -0.47, 0.12, -0.48, 0.28, -0.3, 0.2, -0.06, -0.08, 0.22, -0.32, 0.48, 0, 0.48, 0.34, 0.46}
        },
        {{-0.28, -0.4, 0, -0.5, 0.26, -0.36, 0.22, -0.12, -0.02, -0.02, 0.26, 0.1, 0.3, 0.34, 0.04, 0.5, -0.3, 0.4}},
        {{0.1, -0.5, -0.12, -0.14, -0.34, 0.16, 0, 0.17, 0.36, 0.16}, {0.16, -0.14, 0.14, 0.18, 0.13, 0.5}},
        {{0.3, -0.48, 0, -0.48, -0.22, -0.46, -0.26, -0.06, 0.06, -0.14, 0.3, 0.1, 0.22, 0.4, -0.04, 0.5, -0.3, 0.4}},
        {{0.2, -0.48, -0.08, -0.32, -0.28, 0.08, -0.22, 0.4, 0.04, 0.5, 0.28, 0.32, 0.22, 0.06, -0.04, 0, -0.26, 0.16}},
        {{-0.32, -0.46, 0, -0.47, 0.32, -0.46, 0.12, -0.06, -0.06, 0.5}},
        {
            {
                0.04, -0.02, -0.24, -0.18, -0.2, -0.42, 0.02, -0.5, 0.24, -0.4, 0.2, -0.16, 0, -0.02, -0.26, 0.2, -0.2,
                0.44, 0.02, 0.5, 0.26, 0.4, 0.26, 0.16, 0.04, -0.02
            }
        },
        {
            {
                0.26, -0.28, 0.04, -0.04, -0.22, -0.14, -0.24, -0.38, -0.02, -0.5, 0.24, -0.38, 0.26, -0.1, 0.2, 0.2,
                0.08, 0.5
            }
        }
    };

    static final List<Kind> KINDS = kinds();

    private Digits() {}

    private static List<Kind> kinds() {
        var kinds = new ArrayList<Kind>();
        for (int digit = 0; digit < STROKES.length; digit++) {
            int value = digit;
            kinds.add(new Kind(Integer.toString(value), dice -> handwritten(value, dice)));
        }
        return List.copyOf(kinds);
    }

    /** A digit in clean lines within about -0.6 to 0.6. */
    static Shape outline(int digit, double width) {
        return Outlines.stroke(curve(STROKES[digit], new Dice(0), 0), width);
    }

    private static Picture handwritten(int digit, Dice dice) {
        var canvas = new Canvas();
        boolean chalk = dice.chance(0.5);
        Colour sheet =
                chalk ? Colour.grey(dice.between(0, 0.1)) : Colour.of(0xF1ECE0).varied(dice, 0.03);
        Colour ink =
                chalk ? Colour.grey(dice.between(0.85, 1)) : Colour.of(0x20243C).varied(dice, 0.06);
        canvas.shade((x, y) -> sheet);
        double width = dice.between(0.09, 0.17);
        Shape line = Outlines.stroke(curve(STROKES[digit], dice, 0.03), width);
        double size = dice.between(0.55, 0.78);
        Graphics2D brush = canvas.brush();
        brush.transform(Outlines.turn(dice.normal(7), dice.between(0.44, 0.56), dice.between(0.45, 0.55)));
        brush.transform(
                new AffineTransform(size * dice.between(0.8, 1.1), 0, -size * dice.between(-0.05, 0.3), size, 0, 0));
        RoadSigns.layer(brush, line, ink);
        brush.dispose();
        return canvas.develop().blur(dice.between(0.2, 0.9)).grain(dice, dice.between(0, 0.015));
    }

    /** Smooth curves through shaken points (Catmull and Rom's spline, written as Bezier pieces). */
    private static Path2D curve(double[][] strokes, Dice dice, double shake) {
        var path = new Path2D.Double();
        for (double[] stroke : strokes) {
            int n = stroke.length / 2;
            double[] x = new double[n];
            double[] y = new double[n];
            for (int i = 0; i < n; i++) {
                x[i] = stroke[2 * i] + dice.normal(shake);
                y[i] = stroke[2 * i + 1] + dice.normal(shake);
            }
            path.moveTo(x[0], y[0]);
            for (int i = 0; i + 1 < n; i++) {
                int before = Math.max(0, i - 1);
                int after = Math.min(n - 1, i + 2);
                path.curveTo(
                        x[i] + (x[i + 1] - x[before]) / 6,
                        y[i] + (y[i + 1] - y[before]) / 6,
                        x[i + 1] - (x[after] - x[i]) / 6,
                        y[i + 1] - (y[after] - y[i]) / 6,
                        x[i + 1],
                        y[i + 1]);
            }
        }
        return path;
    }
}
