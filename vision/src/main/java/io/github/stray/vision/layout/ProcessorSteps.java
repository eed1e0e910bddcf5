// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

/**
 * What an image processor makes of images.
 *
 * @param options all that is said of pixels
 * @param followed class and library whose steps these are, for a person
 */
record ProcessorSteps(NetworkOptions options, String followed) {}
