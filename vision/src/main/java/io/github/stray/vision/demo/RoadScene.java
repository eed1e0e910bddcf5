// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.util.List;

/** A sign by the road: surroundings, post, sign, weather, camera. Known and unseen signs share all of it. */
record RoadScene(Pictogram pictogram) implements Kind.Drawing {
    /** Paints a sign's face within -1 to 1 in both directions. */
    interface Pictogram {
        void paint(Graphics2D brush, Enamel enamel, Dice dice);
    }

    @Override
    public Picture draw(Dice dice) {
        var canvas = new Canvas();
        dice.pick(Surroundings.ALL).paint(canvas, dice);
        Graphics2D brush = canvas.brush();
        mount(brush, dice);
        brush.dispose();
        Weather weather = dice.pick(List.of(Weather.values()));
        weather.fall(canvas, dice);
        return weather.tint(canvas.develop(), dice).photographed(dice);
    }

    private void mount(Graphics2D brush, Dice dice) {
        double size = dice.between(0.27, 0.41);
        double x = dice.between(0.42, 0.58);
        double y = dice.between(0.40, 0.56);
        Colour metal = Colour.grey(dice.between(0.35, 0.65)).varied(dice, 0.02);
        double width = dice.between(0.03, 0.05);
        brush.setPaint(metal.paint());
        brush.fill(Outlines.box(x - width / 2, y, width, 1));
        brush.setPaint(metal.times(0.7).paint());
        brush.fill(Outlines.box(x + width / 6, y, width / 3, 1));

        brush.transform(Outlines.turn(dice.normal(6), x, y));
        double squeeze = dice.between(0.72, 1);
        brush.transform(
                new AffineTransform(size * squeeze, dice.normal(0.05) * size, dice.normal(0.05) * size, size, 0, 0));
        pictogram.paint(brush, Enamel.weathered(dice), dice);
        dirt(brush, dice);
    }

    private static void dirt(Graphics2D brush, Dice dice) {
        int specks = dice.chance(0.4) ? dice.among(2, 9) : 0;
        for (int i = 0; i < specks; i++) {
            brush.setPaint(Colour.of(0x4A3F33).varied(dice, 0.05).paint(dice.between(0.2, 0.6)));
            brush.fill(Outlines.disc(dice.between(-0.7, 0.7), dice.between(-0.7, 0.7), dice.between(0.02, 0.09)));
        }
    }
}
