// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.util.List;

/** Images without any structure. */
final class Noise {
    static final List<Kind> KINDS = List.of(
            new Kind("uniform", Noise::uniform),
            new Kind("gaussian", Noise::gaussian),
            new Kind("salt-and-pepper", Noise::saltAndPepper),
            new Kind("blocks", Noise::blocks));

    private Noise() {}

    private static Picture uniform(Dice dice) {
        return new Picture((x, y) -> new Colour(dice.between(0, 1), dice.between(0, 1), dice.between(0, 1)));
    }

    private static Picture gaussian(Dice dice) {
        Colour mean = Colour.any(dice);
        double deviation = dice.between(0.08, 0.3);
        boolean grey = dice.chance(0.5);
        return new Picture((x, y) -> {
            if (grey) {
                double shift = dice.normal(deviation);
                return new Colour(mean.red() + shift, mean.green() + shift, mean.blue() + shift);
            }
            return mean.varied(dice, deviation);
        });
    }

    private static Picture saltAndPepper(Dice dice) {
        Colour ground = Colour.grey(dice.between(0.3, 0.7));
        double share = dice.between(0.1, 0.6);
        return new Picture((x, y) -> dice.chance(share) ? Colour.grey(dice.chance(0.5) ? 0 : 1) : ground);
    }

    private static Picture blocks(Dice dice) {
        int size = dice.pick(List.of(4, 8, 16));
        int count = Picture.SIZE / size;
        Colour[] colours = new Colour[count * count];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = Colour.any(dice);
        }
        return new Picture((x, y) -> colours[y / size * count + x / size]);
    }
}
