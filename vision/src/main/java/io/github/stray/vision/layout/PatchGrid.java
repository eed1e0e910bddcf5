// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Whether tokens can be the places of an image: as many as a grid of squares has. A network that cuts an image into squares
 * may join some of them later, two by two; the queries of an attention pool are other tokens, and of another count.
 *
 * @param width of the image, in pixels
 * @param height of the image, in pixels
 * @param square side of the squares that the network cuts it into, where that is known
 */
record PatchGrid(int width, int height, OptionalInt square) {
    boolean has(long tokens) {
        IntStream sides = square.isPresent()
                ? IntStream.iterate(square.getAsInt(), side -> side <= Math.max(width, height), side -> 2 * side)
                : IntStream.rangeClosed(1, Math.max(width, height));
        return sides.anyMatch(side -> tokens == places(side, 0) || tokens == places(side, side - 1));
    }

    private long places(int side, int rounding) {
        return (long) ((width + rounding) / side) * ((height + rounding) / side);
    }
}
