// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.extract.ImageContent.Pixels;

/**
 * An image after the attack.
 *
 * @param image {@code [3, height, width]}, red, green and blue from 0 to 1, as the attack left it
 * @param cosine of its features with its target's
 * @param mean mean of the absolute perturbation over all values
 * @param max largest absolute perturbation
 * @param norm Euclidean norm of the perturbation
 */
@SuppressWarnings("ArrayRecordComponent")
public record Attacked(float[] image, double cosine, double mean, double max, double norm) {

    /**
     * The image as a file holds it.
     *
     * @param width of the image
     * @param height of the image
     * @return its values rounded to 8 bits
     */
    public Pixels rounded(int width, int height) {
        int plane = width * height;
        byte[] rgb = new byte[3 * plane];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(255 * image[i % 3 * plane + i / 3]);
        }
        return new Pixels(width, height, rgb);
    }
}
