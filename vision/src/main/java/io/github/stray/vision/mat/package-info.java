// SPDX-License-Identifier: Apache-2.0
/** MATLAB's files of level 5, as far as datasets use them. */
@NullMarked
package io.github.stray.vision.mat;

import org.jspecify.annotations.NullMarked;
