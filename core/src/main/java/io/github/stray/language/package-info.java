// SPDX-License-Identifier: Apache-2.0
/** Class names and captions as embeddings beside image embeddings. */
package io.github.stray.language;
