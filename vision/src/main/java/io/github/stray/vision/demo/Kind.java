// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

/** A class of a demo set and how its images are drawn. */
record Kind(String name, Drawing drawing) {
    /** Draws one image; all chance comes from the dice. */
    interface Drawing {
        Picture draw(Dice dice);
    }
}
