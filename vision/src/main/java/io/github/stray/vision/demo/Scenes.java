// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import static io.github.stray.vision.demo.RoadSigns.layer;

import java.awt.Graphics2D;
import java.util.List;

/** Landscapes without a sign. */
final class Scenes {
    static final List<Kind> KINDS = List.of(
            new Kind("hills", Scenes::hills),
            new Kind("village", Scenes::village),
            new Kind("wood", Scenes::wood),
            new Kind("sea", Scenes::sea));

    private Scenes() {}

    private static Picture hills(Dice dice) {
        Canvas canvas = sky(dice);
        Graphics2D brush = canvas.brush();
        ridges(brush, dice, dice.among(2, 4));
        brush.dispose();
        return canvas.develop().photographed(dice);
    }

    private static Picture village(Dice dice) {
        Canvas canvas = sky(dice);
        Graphics2D brush = canvas.brush();
        ridges(brush, dice, 2);
        int houses = dice.among(2, 5);
        for (int i = 0; i < houses; i++) {
            double size = dice.between(0.14, 0.28);
            house(brush, dice, dice.between(0, 0.9), dice.between(0.6, 0.9), size);
        }
        brush.dispose();
        return canvas.develop().photographed(dice);
    }

    private static Picture wood(Dice dice) {
        Canvas canvas = sky(dice);
        Graphics2D brush = canvas.brush();
        ridges(brush, dice, 1);
        int trees = dice.among(4, 10);
        for (int i = 0; i < trees; i++) {
            double foot = 0.6 + 0.35 * i / trees;
            tree(brush, dice, dice.between(0.02, 0.98), foot, dice.between(0.25, 0.5));
        }
        brush.dispose();
        return canvas.develop().photographed(dice);
    }

    private static Picture sea(Dice dice) {
        Colour zenith = Colour.of(0x5C8FCB).varied(dice, 0.08);
        Colour glow = dice.chance(0.4) ? Colour.of(0xF0A868) : Colour.of(0xE8EEF2);
        Colour water = Colour.of(0x2C5C7C).varied(dice, 0.05);
        double horizon = dice.between(0.35, 0.65);
        double sun = dice.between(0.15, 0.85);
        var waves = new FractalNoise(dice.seed());
        Canvas canvas = new Canvas().shade((x, y) -> {
            if (y < horizon) {
                return zenith.towards(glow, y / horizon);
            }
            double depth = (y - horizon) / (1 - horizon);
            double crest = waves.at(x * 6 / (0.2 + depth), 40 * depth, 3);
            double glitter = Math.abs(x - sun) < 0.08 + 0.1 * depth && crest > 0.5 ? 0.6 : 0;
            return water.times(0.7 + 0.6 * crest).towards(glow, Math.max(glitter, 0.4 * (1 - depth) * (1 - depth)));
        });
        Graphics2D brush = canvas.brush();
        layer(brush, Outlines.disc(sun, horizon * dice.between(0.4, 0.85), 0.05), Colour.of(0xFFF6DC));
        int boats = dice.among(0, 2);
        for (int i = 0; i < boats; i++) {
            double x = dice.between(0.1, 0.8);
            double y = horizon + dice.between(0.02, 0.15);
            layer(brush, Outlines.area(x, y, x + 0.16, y, x + 0.12, y + 0.04, x + 0.04, y + 0.04), Colour.of(0x4A2F28));
            layer(brush, Outlines.area(x + 0.07, y - 0.01, x + 0.07, y - 0.2, x + 0.15, y - 0.03), Colour.of(0xF3EFE6));
        }
        brush.dispose();
        return canvas.develop().photographed(dice);
    }

    private static Canvas sky(Dice dice) {
        Colour zenith = Colour.of(0x5B8FD0)
                .towards(Colour.of(0x9AA5B1), dice.between(0, 0.8))
                .varied(dice, 0.04);
        Colour horizon = (dice.chance(0.25) ? Colour.of(0xF2C29A) : Colour.of(0xE6EDF2)).varied(dice, 0.03);
        var clouds = new FractalNoise(dice.seed());
        double cover = dice.between(0.1, 0.9);
        return new Canvas().shade((x, y) -> {
            double cloud = Math.clamp((clouds.at(3 * x, 7 * y, 4) - 0.45) * 4, 0.0, 1.0) * cover;
            return zenith.towards(horizon, Math.min(1, 1.5 * y)).towards(Colour.of(0xF7F8F9), cloud);
        });
    }

    private static void ridges(Graphics2D brush, Dice dice, int count) {
        Colour far = Colour.of(0x8FA3B8);
        Colour near = (dice.chance(0.3) ? Colour.of(0x9A8B45) : Colour.of(0x55783A)).varied(dice, 0.05);
        for (int i = 0; i < count; i++) {
            var height = new FractalNoise(dice.seed());
            double share = (i + 1.0) / count;
            double base = 0.35 + 0.3 * share;
            double relief = 0.5 - 0.35 * share;
            double[] points = new double[2 * 35];
            for (int j = 0; j <= 32; j++) {
                points[2 * j] = j / 32.0;
                points[2 * j + 1] = base - relief * (height.at(3 * j / 32.0, 0, 3) - 0.35);
            }
            points[66] = 1;
            points[67] = 1;
            points[68] = 0;
            points[69] = 1;
            layer(brush, Outlines.area(points), far.towards(near, share));
        }
    }

    private static void house(Graphics2D brush, Dice dice, double x, double foot, double size) {
        Colour wall = Colour.of(0xD9CDB8).varied(dice, 0.08);
        layer(brush, Outlines.box(x, foot - 0.7 * size, size, 0.7 * size), wall);
        layer(
                brush,
                Outlines.area(
                        x - 0.1 * size,
                        foot - 0.7 * size,
                        x + 0.5 * size,
                        foot - 1.2 * size,
                        x + 1.1 * size,
                        foot - 0.7 * size),
                Colour.of(0x8C4032).varied(dice, 0.06));
        layer(brush, Outlines.box(x + 0.4 * size, foot - 0.34 * size, 0.2 * size, 0.34 * size), wall.times(0.45));
        layer(brush, Outlines.box(x + 0.1 * size, foot - 0.5 * size, 0.18 * size, 0.18 * size), wall.times(0.35));
        layer(brush, Outlines.box(x + 0.72 * size, foot - 0.5 * size, 0.18 * size, 0.18 * size), wall.times(0.35));
    }

    private static void tree(Graphics2D brush, Dice dice, double x, double foot, double size) {
        layer(
                brush,
                Outlines.box(x - 0.04 * size, foot - 0.5 * size, 0.08 * size, 0.5 * size),
                Colour.of(0x5A4130).varied(dice, 0.03));
        Colour leaf = Colour.of(0x426B2E).varied(dice, 0.05);
        if (dice.chance(0.4)) {
            for (int i = 0; i < 3; i++) {
                double top = foot - size * (1.1 - 0.22 * i);
                double half = size * (0.16 + 0.07 * i);
                layer(
                        brush,
                        Outlines.area(x, top, x + half, top + 0.4 * size, x - half, top + 0.4 * size),
                        leaf.times(0.75 + 0.1 * i));
            }
            return;
        }
        for (int i = 0; i < 9; i++) {
            layer(
                    brush,
                    Outlines.disc(
                            x + dice.normal(0.12 * size),
                            foot - 0.72 * size + dice.normal(0.12 * size),
                            dice.between(0.1, 0.2) * size),
                    leaf.times(dice.between(0.75, 1.25)));
        }
    }
}
