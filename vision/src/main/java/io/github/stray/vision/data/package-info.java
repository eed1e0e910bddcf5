// SPDX-License-Identifier: Apache-2.0
/** Datasets known by name: where they come from, how they are fetched, checked and unpacked, and what their splits are. */
@NullMarked
package io.github.stray.vision.data;

import org.jspecify.annotations.NullMarked;
