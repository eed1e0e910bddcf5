// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/**
 * What luma and chroma mean, in the numbers of ITU-T H.273.
 *
 * @param primaries colour primaries; 2 is unspecified
 * @param matrix matrix coefficients; 2 is unspecified
 * @param fullRange whether samples use all values, or 16 to 235 (240) of 256
 */
record Colours(int primaries, int matrix, boolean fullRange) {}
