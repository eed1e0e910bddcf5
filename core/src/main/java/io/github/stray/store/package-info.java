// SPDX-License-Identifier: Apache-2.0
/**
 * Files: features, fitted detectors, scores. Every file is written under a temporary name, flushed and moved; every file
 * that cannot be used is refused with a {@link io.github.stray.store.BadFileException} that says whether it is truncated,
 * damaged, too new, or of another kind.
 */
package io.github.stray.store;
