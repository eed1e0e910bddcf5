// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.Graphics2D;
import java.util.List;

/** What lies behind a sign. */
final class Surroundings {
    static final List<Painting> ALL = List.of(
            Surroundings::sky, Surroundings::trees, Surroundings::road, Surroundings::wall, Surroundings::street);

    private Surroundings() {}

    /** Paints what lies behind a sign. */
    interface Painting {
        void paint(Canvas canvas, Dice dice);
    }

    private static void sky(Canvas canvas, Dice dice) {
        Colour zenith = Colour.of(0x4F83C2)
                .towards(Colour.of(0x8E99A6), dice.between(0, 1))
                .varied(dice, 0.03);
        Colour horizon = zenith.towards(Colour.of(0xE9EDF0), dice.between(0.4, 0.8));
        var clouds = new FractalNoise(dice.seed());
        double cover = dice.between(0.2, 0.9);
        var leaves = new FractalNoise(dice.seed());
        Colour hedge = Colour.of(0x3D5B2C).varied(dice, 0.04);
        double height = dice.between(0.7, 1.05);
        canvas.shade((x, y) -> {
            if (y > height + 0.1 * (leaves.at(8 * x, 0, 3) - 0.5)) {
                return hedge.times(0.5 + leaves.at(22 * x, 22 * y, 3));
            }
            double cloud = Math.clamp((clouds.at(3 * x, 6 * y, 4) - 0.45) * 4, 0.0, 1.0) * cover;
            return zenith.towards(horizon, y).towards(Colour.of(0xF4F5F6), cloud);
        });
    }

    private static void trees(Canvas canvas, Dice dice) {
        Colour leaf = dice.chance(0.25) ? Colour.of(0xA8772E) : Colour.of(0x4E7A33);
        Colour bright = leaf.varied(dice, 0.05);
        Colour dark = bright.times(dice.between(0.2, 0.45));
        var crowns = new FractalNoise(dice.seed());
        double scale = dice.between(4, 12);
        double gaps = dice.between(0.62, 0.9);
        canvas.shade((x, y) -> {
            double light = crowns.at(scale * x, scale * y, 4);
            double share = Math.clamp((light - 0.3) * 2.2, 0.0, 1.0);
            return light > gaps - 0.1 * (1 - y) ? Colour.of(0xDCE6EC) : dark.towards(bright, share);
        });
    }

    private static void road(Canvas canvas, Dice dice) {
        double vanishing = dice.between(0.2, 0.8);
        double horizon = dice.between(0.3, 0.55);
        Colour sky = Colour.of(0xB4C6D6).varied(dice, 0.06);
        Colour asphalt = Colour.grey(dice.between(0.25, 0.45)).varied(dice, 0.01);
        Colour verge = Colour.of(0x6B7B3A).varied(dice, 0.06);
        var rough = new FractalNoise(dice.seed());
        double broad = dice.between(0.7, 1.3);
        canvas.shade((x, y) -> {
            if (y < horizon) {
                double hill = horizon - 0.12 * rough.at(4 * x, 0, 2);
                return y > hill ? verge.times(0.75) : sky.towards(Colour.of(0xF2F4F5), y / horizon);
            }
            double near = (y - horizon) / (1 - horizon);
            double across = Math.abs(x - vanishing) / (0.03 + broad * near);
            double speckle = 0.85 + 0.3 * rough.at(40 * x, 40 * y, 2);
            if (across > 1) {
                return verge.times(speckle);
            }
            boolean dash = across < 0.05 && (int) (6 / (near + 0.15)) % 2 == 0;
            boolean edge = across > 0.88 && across < 0.94;
            return (dash || edge ? Colour.grey(0.85) : asphalt).times(speckle);
        });
    }

    private static void wall(Canvas canvas, Dice dice) {
        Colour stone = dice.chance(0.5) ? Colour.of(0x9A5B45) : Colour.of(0xB9AE98);
        Colour brick = stone.varied(dice, 0.05);
        Colour mortar = Colour.grey(dice.between(0.5, 0.75));
        int rows = dice.among(7, 14);
        boolean plaster = dice.chance(0.4);
        var stain = new FractalNoise(dice.seed());
        canvas.shade((x, y) -> {
            double tone = 0.8 + 0.4 * stain.at(5 * x, 5 * y, 4);
            double row = Math.floor(y * rows);
            double along = x * rows / 2 + (row % 2 == 0 ? 0 : 0.5);
            boolean joint = y * rows - row < 0.12 || along - Math.floor(along) < 0.06;
            if (plaster || !joint) {
                double each = plaster ? 1 : 0.85 + 0.3 * stain.at(Math.floor(along) * 7.3, row * 3.7, 1);
                return brick.times(tone * each);
            }
            return mortar.times(tone);
        });
    }

    private static void street(Canvas canvas, Dice dice) {
        Colour sky = Colour.of(0xA9BDD0).varied(dice, 0.06);
        Colour asphalt = Colour.grey(dice.between(0.3, 0.45));
        var rough = new FractalNoise(dice.seed());
        double ground = dice.between(0.75, 0.92);
        canvas.shade((x, y) -> y > ground
                ? asphalt.times(0.8 + 0.4 * rough.at(30 * x, 60 * y, 2))
                : sky.towards(Colour.of(0xF0F2F4), y));
        Graphics2D brush = canvas.brush();
        double x = dice.between(-0.2, 0);
        while (x < 1) {
            double width = dice.between(0.2, 0.45);
            double top = dice.between(0.05, 0.6);
            Colour facade = Colour.of(0x9C8F80).times(dice.between(0.7, 1.3)).varied(dice, 0.06);
            brush.setPaint(facade.paint());
            brush.fill(Outlines.box(x, top, width, ground - top));
            Colour glass = facade.times(dice.chance(0.3) ? 1.5 : 0.5);
            brush.setPaint(glass.paint());
            for (double wy = top + 0.05; wy < ground - 0.08; wy += 0.13) {
                for (double wx = x + 0.04; wx < x + width - 0.06; wx += 0.1) {
                    brush.fill(Outlines.box(wx, wy, 0.05, 0.07));
                }
            }
            x += width + (dice.chance(0.3) ? dice.between(0.05, 0.2) : 0);
        }
        brush.dispose();
    }
}
