// SPDX-License-Identifier: Apache-2.0
/** What must be known of an extractor besides its weights, and the file that holds it. */
package io.github.stray.vision.card;
