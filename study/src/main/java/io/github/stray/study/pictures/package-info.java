// SPDX-License-Identifier: Apache-2.0
/** Pictures of samples for a page: found where the samples lie, small. */
@NullMarked
package io.github.stray.study.pictures;

import org.jspecify.annotations.NullMarked;
