// SPDX-License-Identifier: Apache-2.0
/** Class names and captions to embeddings beside image embeddings: templates, tokenizers, text encoders. */
@NullMarked
package io.github.stray.text;

import org.jspecify.annotations.NullMarked;
