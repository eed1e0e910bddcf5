// SPDX-License-Identifier: Apache-2.0
/**
 * The built-in image sample, drawn by the program: road signs as in-distribution images, signs of other kinds as near and
 * textures, digits, scenes and noise as far out-of-distribution images. Made for showing Stray at work without any
 * download; it is no benchmark, and figures on it say nothing about photographs.
 */
@NullMarked
package io.github.stray.vision.demo;

import org.jspecify.annotations.NullMarked;
