// SPDX-License-Identifier: Apache-2.0
/** Files from a network: resumed where they broke off, checked by length and digest, repeated when it may help. */
@NullMarked
package io.github.stray.vision.download;

import org.jspecify.annotations.NullMarked;
