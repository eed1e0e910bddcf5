// SPDX-License-Identifier: Apache-2.0
/**
 * {@code tokenizer.json} before a native library sees it: only what text encoders use, and that checked to its last
 * reference. Nothing here runs native code.
 */
@NullMarked
package io.github.stray.vision.tokenizer;

import org.jspecify.annotations.NullMarked;
