// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.List;

/** The signs that the demo's detector knows. */
final class RoadSigns {
    static final List<Kind> KINDS = List.of(
            sign("stop", RoadSigns::stop),
            sign("give-way", RoadSigns::giveWay),
            sign("no-entry", RoadSigns::noEntry),
            sign("speed-limit", RoadSigns::speedLimit),
            sign("priority", RoadSigns::priority),
            sign("arrow", RoadSigns::arrow),
            sign("pedestrians", RoadSigns::pedestrians),
            sign("parking", RoadSigns::parking));

    private RoadSigns() {}

    static Kind sign(String name, RoadScene.Pictogram pictogram) {
        return new Kind(name, new RoadScene(pictogram));
    }

    private static void stop(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.polygon(8, 1.05, 22.5), enamel.white());
        layer(brush, Outlines.polygon(8, 0.96, 22.5), enamel.red());
        brush.setPaint(enamel.white().paint());
        brush.fill(Outlines.stroke(
                Outlines.open(
                        -0.42, -0.2, -0.54, -0.26, -0.66, -0.18, -0.62, -0.04, -0.48, 0.04, -0.44, 0.18, -0.56, 0.26,
                        -0.68, 0.2),
                0.09));
        brush.fill(Outlines.stroke(Outlines.open(-0.34, -0.24, 0.02, -0.24), 0.09));
        brush.fill(Outlines.stroke(Outlines.open(-0.16, -0.24, -0.16, 0.24), 0.09));
        brush.fill(Outlines.stroke(
                Outlines.area(0.1, -0.14, 0.22, -0.24, 0.34, -0.14, 0.34, 0.14, 0.22, 0.24, 0.1, 0.14), 0.09));
        brush.fill(Outlines.stroke(
                Outlines.open(0.48, 0.24, 0.48, -0.24, 0.62, -0.24, 0.7, -0.12, 0.62, 0.02, 0.48, 0.02), 0.09));
    }

    private static void giveWay(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.placed(Outlines.polygon(3, 1.12, 90), 0, 0, -0.2), enamel.red());
        layer(brush, Outlines.placed(Outlines.polygon(3, 0.66, 90), 0, 0, -0.2), enamel.white());
    }

    private static void noEntry(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.disc(0, 0, 0.98), enamel.white());
        layer(brush, Outlines.disc(0, 0, 0.92), enamel.red());
        layer(brush, Outlines.box(-0.68, -0.17, 1.36, 0.34), enamel.white());
    }

    private static void speedLimit(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.disc(0, 0, 0.98), enamel.red());
        layer(brush, Outlines.disc(0, 0, 0.74), enamel.white());
        brush.setPaint(enamel.black().paint());
        AffineTransform left = new AffineTransform(0.5, 0, 0, 0.68, -0.28, 0);
        AffineTransform right = new AffineTransform(0.5, 0, 0, 0.68, 0.28, 0);
        brush.fill(left.createTransformedShape(Digits.outline(dice.pick(List.of(2, 3, 4, 5, 6, 7, 8)), 0.24)));
        brush.fill(right.createTransformedShape(Digits.outline(0, 0.24)));
    }

    private static void priority(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.polygon(4, 1.12, 0), enamel.white());
        layer(brush, Outlines.polygon(4, 1.04, 0), enamel.black());
        layer(brush, Outlines.polygon(4, 1.0, 0), enamel.white());
        layer(brush, Outlines.polygon(4, 0.7, 0), enamel.yellow());
    }

    private static void arrow(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.disc(0, 0, 0.98), enamel.white());
        layer(brush, Outlines.disc(0, 0, 0.92), enamel.blue());
        Shape arrow =
                Outlines.area(-0.13, 0.68, 0.13, 0.68, 0.13, -0.1, 0.46, -0.1, 0, -0.68, -0.46, -0.1, -0.13, -0.1);
        layer(brush, Outlines.placed(arrow, dice.pick(List.of(0, -90, 90, -135, 135)), 0, 0), enamel.white());
    }

    private static void pedestrians(Graphics2D brush, Enamel enamel, Dice dice) {
        triangle(brush, enamel);
        walker(brush, enamel.black(), 0, 0.22, 0.72);
    }

    private static void parking(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.box(-0.88, -0.88, 1.76, 1.76), enamel.white());
        layer(brush, Outlines.box(-0.8, -0.8, 1.6, 1.6), enamel.blue());
        var letter = new Path2D.Double();
        letter.moveTo(-0.26, 0.56);
        letter.lineTo(-0.26, -0.54);
        letter.lineTo(0.06, -0.54);
        letter.curveTo(0.46, -0.54, 0.46, 0.08, 0.06, 0.08);
        letter.lineTo(-0.26, 0.08);
        layer(brush, Outlines.stroke(letter, 0.22), enamel.white());
    }

    /** The warning triangle, point up. */
    static void triangle(Graphics2D brush, Enamel enamel) {
        layer(brush, Outlines.placed(Outlines.polygon(3, 1.15, -90), 0, 0, 0.22), enamel.red());
        layer(brush, Outlines.placed(Outlines.polygon(3, 0.76, -90), 0, 0, 0.22), enamel.white());
    }

    /** A walking figure about {@code size} tall and half as wide, centred. */
    static void walker(Graphics2D brush, Colour colour, double x, double y, double size) {
        brush.setPaint(colour.paint());
        AffineTransform place = new AffineTransform(size, 0, 0, size, x, y);
        Shape[] body = {
            Outlines.disc(0.03, -0.44, 0.1),
            Outlines.stroke(Outlines.open(0, -0.26, -0.02, 0.08), 0.17),
            Outlines.stroke(Outlines.open(-0.02, 0.08, 0.12, 0.28, 0.2, 0.5), 0.11),
            Outlines.stroke(Outlines.open(-0.02, 0.08, -0.1, 0.28, -0.26, 0.48), 0.11),
            Outlines.stroke(Outlines.open(0.02, -0.26, 0.2, -0.08, 0.28, 0.02), 0.08),
            Outlines.stroke(Outlines.open(-0.02, -0.26, -0.18, -0.1, -0.22, 0.06), 0.08)
        };
        for (Shape part : body) {
            brush.fill(place.createTransformedShape(part));
        }
    }

    /** Fills a shape. */
    static void layer(Graphics2D brush, Shape shape, Colour colour) {
        brush.setPaint(colour.paint());
        brush.fill(shape);
    }
}
