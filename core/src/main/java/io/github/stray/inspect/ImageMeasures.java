// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

/**
 * What is measured of one image beside its features. B is the brightness of a pixel, {@code sqrt(0.241 R^2 + 0.691 G^2 +
 * 0.068 B^2) / 255}. Percentiles are of type 7, deviations those of the population.
 *
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param bytes of the file; 0 where the image never was a file of its own
 * @param format of the file, such as {@code JPEG}; empty where there is none
 * @param grey whether the file holds one band of grey (Pillow's mode L)
 * @param orientation 1 to 8, by EXIF or XMP data; 1 is upright
 * @param profile whether a colour profile lies in the file
 * @param bright 99th percentile of B, in [0, 1]
 * @param faint 5th percentile of B, in [0, 1]
 * @param brightness mean of B, in [0, 1]
 * @param contrast deviation of B, in [0, 0.5]
 * @param entropy in bits, of the histogram over all bands together: 768 bins of colours, 256 of grey
 * @param edges deviation of the edges (Pillow's FIND_EDGES, outermost pixels as they are) of the image reduced to at most 64
 *     pixels a side by Pillow's bicubic, then grey
 * @param levels deviation of the 256 counts of that reduced grey image
 * @param saturation mean of (max - min) / max over the pixels, in [0, 1]; 0 where max is 0
 * @param blur the blur effect of Crete et al., in [0, 1]: how much is left of the changes between neighbouring pixels after
 *     another blur; 0 where there are none
 */
public record ImageMeasures(
        int width,
        int height,
        long bytes,
        String format,
        boolean grey,
        int orientation,
        boolean profile,
        double bright,
        double faint,
        double brightness,
        double contrast,
        double entropy,
        double edges,
        double levels,
        double saturation,
        double blur) {
    /** {@return bytes of the file for each pixel; 0 where there is no file} */
    public double bytesPerPixel() {
        return (double) bytes / pixels();
    }

    /** {@return width times height} */
    public long pixels() {
        return (long) width * height;
    }

    /** {@return the side of a square of as many pixels} */
    public double side() {
        return Math.sqrt(width) * Math.sqrt(height);
    }
}
