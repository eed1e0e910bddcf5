// SPDX-License-Identifier: Apache-2.0
/** The TIFF format: its fields, which EXIF data share, and the pixels of a file's first page. */
@NullMarked
package io.github.stray.vision.image.tiff;

import org.jspecify.annotations.NullMarked;
