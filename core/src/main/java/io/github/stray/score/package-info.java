// SPDX-License-Identifier: Apache-2.0
/** Scores and the one orientation: higher is more in-distribution. */
package io.github.stray.score;
