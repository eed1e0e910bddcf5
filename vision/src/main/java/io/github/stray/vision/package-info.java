// SPDX-License-Identifier: Apache-2.0
/** From images to features: the way in. */
package io.github.stray.vision;
