// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.Graphics2D;

/** What comes between a sign and the camera: something that falls, and a change of light. */
enum Weather {
    CLEAR {
        @Override
        Picture tint(Picture picture, Dice dice) {
            double sun = dice.between(0.95, 1.15);
            return picture.light(sun * 1.03, sun, sun * 0.96);
        }
    },
    RAIN {
        @Override
        void fall(Canvas canvas, Dice dice) {
            Graphics2D brush = canvas.brush();
            double slant = dice.between(-0.06, 0.06);
            int drops = dice.among(25, 90);
            for (int i = 0; i < drops; i++) {
                double x = dice.between(-0.05, 1.05);
                double y = dice.between(-0.1, 1);
                double length = dice.between(0.06, 0.16);
                brush.setPaint(Colour.of(0xDDE3EA).paint(dice.between(0.2, 0.5)));
                brush.fill(Outlines.stroke(Outlines.open(x, y, x + slant, y + length), 0.007));
            }
            brush.dispose();
        }

        @Override
        Picture tint(Picture picture, Dice dice) {
            double dim = dice.between(0.65, 0.9);
            return picture.light(dim * 0.97, dim, dim * 1.05).veil(Colour.of(0x8F99A3), 0.2, 0.1);
        }
    },
    FOG {
        @Override
        Picture tint(Picture picture, Dice dice) {
            double thick = dice.between(0.25, 0.62);
            return picture.veil(Colour.grey(dice.between(0.68, 0.85)), thick, thick - 0.1)
                    .blur(0.4);
        }
    },
    SNOW {
        @Override
        void fall(Canvas canvas, Dice dice) {
            Graphics2D brush = canvas.brush();
            int flakes = dice.among(30, 110);
            for (int i = 0; i < flakes; i++) {
                brush.setPaint(Colour.of(0xFAFBFD).paint(dice.between(0.5, 0.95)));
                brush.fill(Outlines.disc(dice.between(0, 1), dice.between(0, 1), dice.between(0.004, 0.018)));
            }
            brush.dispose();
        }

        @Override
        Picture tint(Picture picture, Dice dice) {
            return picture.veil(Colour.of(0xE6EBF1), dice.between(0.1, 0.3), dice.between(0.15, 0.4));
        }
    },
    DUSK {
        @Override
        Picture tint(Picture picture, Dice dice) {
            double left = dice.between(0.28, 0.55);
            return picture.light(left * 1.05, left * 0.92, left * dice.between(0.95, 1.3))
                    .grain(dice, 0.015);
        }
    };

    /** Draws what falls; nothing in most weather. */
    void fall(Canvas canvas, Dice dice) {}

    abstract Picture tint(Picture picture, Dice dice);
}
