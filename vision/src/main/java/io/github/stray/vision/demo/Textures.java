// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.util.List;

/** Surfaces without any object. */
final class Textures {
    static final List<Kind> KINDS = List.of(
            new Kind("stripes", Textures::stripes),
            new Kind("checks", Textures::checks),
            new Kind("dots", Textures::dots),
            new Kind("marble", Textures::marble),
            new Kind("weave", Textures::weave));

    private Textures() {}

    private static Picture stripes(Dice dice) {
        Colour one = Colour.any(dice);
        Colour other = Colour.any(dice);
        double turn = dice.between(0, Math.PI);
        double across = StrictMath.cos(turn);
        double along = StrictMath.sin(turn);
        double count = dice.between(4, 14);
        double share = dice.between(0.3, 0.7);
        double wave = dice.between(0, 0.4);
        var bend = new FractalNoise(dice.seed());
        return surface(dice, (x, y) -> {
            double phase = (x * across + y * along) * count + wave * bend.at(3 * x, 3 * y, 2);
            return phase - Math.floor(phase) < share ? one : other;
        });
    }

    private static Picture checks(Dice dice) {
        Colour one = Colour.any(dice);
        Colour other = Colour.any(dice);
        double count = dice.between(4, 12);
        double skew = dice.between(-0.4, 0.4);
        boolean tartan = dice.chance(0.5);
        return surface(dice, (x, y) -> {
            boolean column = (long) Math.floor((x + skew * y) * count + 50) % 2 == 0;
            boolean row = (long) Math.floor((y - skew * x) * count + 50) % 2 == 0;
            if (tartan) {
                return one.towards(other, (column ? 0.5 : 0) + (row ? 0.5 : 0));
            }
            return column == row ? one : other;
        });
    }

    private static Picture dots(Dice dice) {
        Colour sheet = Colour.any(dice);
        Colour dot = Colour.any(dice);
        double count = dice.between(4, 10);
        double radius = dice.between(0.2, 0.42);
        boolean staggered = dice.chance(0.5);
        return surface(dice, (x, y) -> {
            double row = Math.floor(y * count);
            double u = x * count + (staggered && row % 2 != 0 ? 0.5 : 0);
            double dx = u - Math.floor(u) - 0.5;
            double dy = y * count - row - 0.5;
            return dx * dx + dy * dy < radius * radius ? dot : sheet;
        });
    }

    private static Picture marble(Dice dice) {
        Colour one = Colour.any(dice);
        Colour other = Colour.any(dice);
        var veins = new FractalNoise(dice.seed());
        double scale = dice.between(2, 7);
        double sharp = dice.between(1, 6);
        return surface(dice, (x, y) -> {
            double height = veins.at(scale * x, scale * y, 5);
            return one.towards(other, Math.clamp((height - 0.5) * sharp + 0.5, 0.0, 1.0));
        });
    }

    private static Picture weave(Dice dice) {
        Colour warp = Colour.any(dice);
        Colour weft = warp.towards(Colour.any(dice), 0.6);
        double count = dice.between(6, 16);
        var worn = new FractalNoise(dice.seed());
        return surface(dice, (x, y) -> {
            double u = x * count;
            double v = y * count;
            boolean over = ((long) Math.floor(u) + (long) Math.floor(v)) % 2 == 0;
            double place = (over ? u - Math.floor(u) : v - Math.floor(v)) - 0.5;
            double round = 1 - 2.4 * place * place;
            return (over ? warp : weft).times(round * (0.8 + 0.4 * worn.at(6 * x, 6 * y, 2)));
        });
    }

    private static Picture surface(Dice dice, Canvas.Shading shading) {
        return new Canvas().shade(shading).develop().photographed(dice);
    }
}
