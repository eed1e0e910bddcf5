// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

/** Width and height as the header states them, in pixels. */
record ImageSize(int width, int height) {
    long pixels() {
        return (long) width * height;
    }
}
