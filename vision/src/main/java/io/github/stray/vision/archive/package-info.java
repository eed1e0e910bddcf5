// SPDX-License-Identifier: Apache-2.0
/** Archives that strangers made: zip and tar, read within limits and never unpacked where they want to. */
@NullMarked
package io.github.stray.vision.archive;

import org.jspecify.annotations.NullMarked;
