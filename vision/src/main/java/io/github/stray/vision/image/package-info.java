// SPDX-License-Identifier: Apache-2.0
/** From the bytes of an image file to RGB pixels, the same ones Pillow's {@code convert("RGB")} gives. */
@NullMarked
package io.github.stray.vision.image;

import org.jspecify.annotations.NullMarked;
