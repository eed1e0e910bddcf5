// SPDX-License-Identifier: Apache-2.0
/** Thresholds, p-values and verdicts from calibration scores. */
package io.github.stray.threshold;
