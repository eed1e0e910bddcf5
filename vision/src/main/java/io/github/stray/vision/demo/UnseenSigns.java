// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import static io.github.stray.vision.demo.RoadSigns.layer;
import static io.github.stray.vision.demo.RoadSigns.sign;
import static io.github.stray.vision.demo.RoadSigns.triangle;
import static io.github.stray.vision.demo.RoadSigns.walker;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.util.List;

/** Signs that the demo's detector never saw, in the same places and the same weather as those it knows. */
final class UnseenSigns {
    static final List<Kind> KINDS = List.of(
            sign("no-parking", UnseenSigns::noParking),
            sign("bend", UnseenSigns::bend),
            sign("no-limit", UnseenSigns::noLimit),
            sign("school", UnseenSigns::school),
            sign("motorway", UnseenSigns::motorway),
            sign("works", UnseenSigns::works));

    private UnseenSigns() {}

    private static void noParking(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.disc(0, 0, 0.98), enamel.red());
        layer(brush, Outlines.disc(0, 0, 0.76), enamel.blue());
        layer(brush, Outlines.stroke(Outlines.open(-0.58, -0.58, 0.58, 0.58), 0.22), enamel.red());
        if (dice.chance(0.5)) {
            layer(brush, Outlines.stroke(Outlines.open(0.58, -0.58, -0.58, 0.58), 0.22), enamel.red());
        }
    }

    private static void bend(Graphics2D brush, Enamel enamel, Dice dice) {
        triangle(brush, enamel);
        double side = dice.chance(0.5) ? 1 : -1;
        var road = new Path2D.Double();
        road.moveTo(-0.14 * side, 0.56);
        road.curveTo(-0.14 * side, 0.1, 0.22 * side, 0.3, 0.1 * side, -0.2);
        layer(brush, Outlines.stroke(road, 0.14), enamel.black());
    }

    private static void noLimit(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.disc(0, 0, 0.98), enamel.black());
        layer(brush, Outlines.disc(0, 0, 0.93), enamel.white());
        for (int i = -2; i <= 2; i++) {
            double shift = 0.1 * i;
            layer(
                    brush,
                    Outlines.stroke(Outlines.open(-0.55 + shift, 0.55 + shift, 0.55 + shift, -0.55 + shift), 0.05),
                    enamel.black());
        }
    }

    private static void school(Graphics2D brush, Enamel enamel, Dice dice) {
        Shape house = Outlines.area(0, -1, 0.9, -0.3, 0.9, 0.9, -0.9, 0.9, -0.9, -0.3);
        layer(brush, house, enamel.black());
        layer(brush, Outlines.area(0, -0.9, 0.82, -0.26, 0.82, 0.82, -0.82, 0.82, -0.82, -0.26), enamel.yellow());
        walker(brush, enamel.black(), -0.3, 0.16, 0.95);
        walker(brush, enamel.black(), 0.32, 0.26, 0.72);
    }

    private static void motorway(Graphics2D brush, Enamel enamel, Dice dice) {
        Colour ground = dice.chance(0.7) ? enamel.green() : enamel.blue();
        layer(brush, Outlines.box(-0.95, -0.75, 1.9, 1.5), enamel.white());
        layer(brush, Outlines.box(-0.88, -0.68, 1.76, 1.36), ground);
        layer(brush, Outlines.area(-0.5, 0.6, -0.1, -0.5, -0.05, -0.5, -0.12, 0.6), enamel.white());
        layer(brush, Outlines.area(0.5, 0.6, 0.1, -0.5, 0.05, -0.5, 0.12, 0.6), enamel.white());
        layer(brush, Outlines.box(-0.6, -0.24, 1.2, 0.12), enamel.white());
    }

    private static void works(Graphics2D brush, Enamel enamel, Dice dice) {
        layer(brush, Outlines.polygon(4, 1.14, 0), enamel.black());
        layer(brush, Outlines.polygon(4, 1.06, 0), enamel.orange());
        walker(brush, enamel.black(), -0.16, -0.06, 0.9);
        layer(brush, Outlines.stroke(Outlines.open(-0.1, -0.1, 0.42, 0.4), 0.07), enamel.black());
        layer(brush, Outlines.area(0.24, 0.5, 0.66, 0.5, 0.46, 0.26), enamel.black());
    }
}
