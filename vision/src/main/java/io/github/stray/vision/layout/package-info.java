// SPDX-License-Identifier: Apache-2.0
/** What a folder or a bare file says of an extractor: exports as libraries lay them out. */
package io.github.stray.vision.layout;
