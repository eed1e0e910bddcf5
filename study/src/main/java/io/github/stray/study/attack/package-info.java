// SPDX-License-Identifier: Apache-2.0
/** Adversarial OOD images and what they do to detectors: the attack as a call, its result, and what it writes. */
@NullMarked
package io.github.stray.study.attack;

import org.jspecify.annotations.NullMarked;
