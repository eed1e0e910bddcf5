// SPDX-License-Identifier: Apache-2.0
/** Image files to pixels. */
package io.github.stray.vision.image;
