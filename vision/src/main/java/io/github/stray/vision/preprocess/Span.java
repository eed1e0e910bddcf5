// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

/**
 * Where a crop lies along one axis of a resized image.
 *
 * @param first first pixel that is kept
 * @param size how many are kept
 * @param padding zeros in front of them
 */
record Span(int first, int size, int padding) {}
