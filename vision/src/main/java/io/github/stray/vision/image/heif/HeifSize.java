// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/**
 * A size in pixels.
 *
 * @param width at least 1
 * @param height at least 1
 */
public record HeifSize(int width, int height) {
    long pixels() {
        return (long) width * height;
    }
}
