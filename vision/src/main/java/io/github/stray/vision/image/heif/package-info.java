// SPDX-License-Identifier: Apache-2.0
/**
 * HEIC, HEIF and AVIF: the container read here, the compressed pictures in it by the system's libheif, colours converted
 * here.
 */
@org.jspecify.annotations.NullMarked
package io.github.stray.vision.image.heif;
