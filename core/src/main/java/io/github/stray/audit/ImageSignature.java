// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

/**
 * What is kept of an image to find its copies: about 1.3 KB, whatever the image's size.
 *
 * @param pixels SHA-256 over width, height and the decoded RGB bytes, hexadecimal: equal for equal pixels, however they
 *     were compressed
 * @param file SHA-256 of the file, hexadecimal; empty where the image never was a file of its own
 * @param luma {@code [32 x 32]} brightness of the image squeezed into a square, row-major, 0 to 255 as unsigned bytes; not
 *     copied
 * @param chroma {@code [2 x 8 x 8]} Cb, then Cr, 128 being grey, as unsigned bytes; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageSignature(String pixels, String file, byte[] luma, byte[] chroma) {
    /** Pixels a side of the brightness. */
    public static final int SIDE = 32;

    /** Pixels a side of the colour. */
    public static final int CHROMA_SIDE = 8;

    /** Checks the sizes. */
    public ImageSignature {
        if (luma.length != SIDE * SIDE || chroma.length != 2 * CHROMA_SIDE * CHROMA_SIDE) {
            throw new IllegalArgumentException("a signature has %d values of brightness and %d of colour, got %d and %d"
                    .formatted(SIDE * SIDE, 2 * CHROMA_SIDE * CHROMA_SIDE, luma.length, chroma.length));
        }
    }

    /**
     * {@return whether both were files, and these were the same byte for byte}
     *
     * @param other another image
     */
    public boolean sameFile(ImageSignature other) {
        return !file.isEmpty() && file.equals(other.file);
    }
}
