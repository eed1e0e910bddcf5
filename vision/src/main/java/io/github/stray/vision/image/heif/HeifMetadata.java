// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/**
 * What lies beside the image of a HEIF file.
 *
 * @param exif a TIFF structure, with or without {@code Exif} before it; empty where there is none
 * @param xmp XML, empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent")
public record HeifMetadata(byte[] exif, byte[] xmp) {
    static final HeifMetadata NONE = new HeifMetadata(new byte[0], new byte[0]);
}
