// SPDX-License-Identifier: Apache-2.0
/** From pixels to what a network sees: resize, crop, normalise. Byte for byte what Pillow and torchvision do. */
package io.github.stray.vision.preprocess;
