// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.Color;

/** A colour with parts in 0 to 1; parts outside are cut where it is painted. */
record Colour(double red, double green, double blue) {
    /** From {@code 0xRRGGBB}. */
    static Colour of(int rgb) {
        return new Colour(((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0);
    }

    static Colour grey(double value) {
        return new Colour(value, value, value);
    }

    /** Any colour of some liveliness. */
    static Colour any(Dice dice) {
        return new Colour(dice.between(0.05, 0.95), dice.between(0.05, 0.95), dice.between(0.05, 0.95));
    }

    /** This colour at share 0, the other at share 1. */
    Colour towards(Colour other, double share) {
        return new Colour(
                red + (other.red - red) * share,
                green + (other.green - green) * share,
                blue + (other.blue - blue) * share);
    }

    Colour times(double factor) {
        return new Colour(red * factor, green * factor, blue * factor);
    }

    /** A little different in each part. */
    Colour varied(Dice dice, double deviation) {
        return new Colour(red + dice.normal(deviation), green + dice.normal(deviation), blue + dice.normal(deviation));
    }

    Color paint() {
        return paint(1);
    }

    Color paint(double opacity) {
        return new Color(byteOf(red), byteOf(green), byteOf(blue), byteOf(opacity));
    }

    int rgb() {
        return byteOf(red) << 16 | byteOf(green) << 8 | byteOf(blue);
    }

    private static int byteOf(double part) {
        return (int) (Math.clamp(part, 0.0, 1.0) * 255 + 0.5);
    }
}
