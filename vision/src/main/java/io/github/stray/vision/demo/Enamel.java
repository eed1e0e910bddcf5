// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

/** The colours of one sign: of the standard ones, each a little off and bleached by the same sun. */
record Enamel(Colour red, Colour blue, Colour yellow, Colour green, Colour orange, Colour white, Colour black) {
    static Enamel weathered(Dice dice) {
        double bleached = dice.chance(0.3) ? dice.between(0.1, 0.35) : dice.between(0, 0.1);
        return new Enamel(
                faded(0xB8202A, bleached, dice),
                faded(0x1F57A8, bleached, dice),
                faded(0xF2B81B, bleached, dice),
                faded(0x1F7A4D, bleached, dice),
                faded(0xE8761E, bleached, dice),
                faded(0xF1F0EC, bleached, dice),
                faded(0x1E1E20, bleached, dice));
    }

    private static Colour faded(int rgb, double bleached, Dice dice) {
        return Colour.of(rgb).towards(Colour.of(0xC9C4BC), bleached).varied(dice, 0.03);
    }
}
