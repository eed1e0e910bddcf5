// SPDX-License-Identifier: Apache-2.0
/** WebP files to RGB, lossy and lossless, with the levels that libwebp gives. */
@NullMarked
package io.github.stray.vision.image.webp;

import org.jspecify.annotations.NullMarked;
