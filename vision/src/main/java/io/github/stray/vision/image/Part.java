// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

/** A part of a file, from one offset to before another. */
record Part(int from, int end) {}
