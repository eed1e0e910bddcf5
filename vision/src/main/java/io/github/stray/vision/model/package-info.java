// SPDX-License-Identifier: Apache-2.0
/** Extractors as files: their cards, the store they are installed in, and the one that ships with Stray. */
package io.github.stray.vision.model;
