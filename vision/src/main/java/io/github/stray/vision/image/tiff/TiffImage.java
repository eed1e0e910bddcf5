// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

/**
 * Pixels of 8 bits as they are stored, not yet turned upright.
 *
 * @param width pixels of a row
 * @param height number of rows
 * @param channels 1 for grey, 3 for RGB, 4 for CMYK where 255 is full ink; alpha and other extra samples are left out
 * @param samples row-major and interleaved
 */
@SuppressWarnings("ArrayRecordComponent")
public record TiffImage(int width, int height, int channels, byte[] samples) {}
