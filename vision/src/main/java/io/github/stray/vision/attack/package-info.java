// SPDX-License-Identifier: Apache-2.0
/** Adversarial OOD images: images pushed by the gradient of the deployed network towards the features of ID images. */
@NullMarked
package io.github.stray.vision.attack;

import org.jspecify.annotations.NullMarked;
