// SPDX-License-Identifier: Apache-2.0
/** Detectors: one file a method. A {@link io.github.stray.detect.Detector} is fitted to ID features and becomes a {@link io.github.stray.detect.FittedDetector}. */
package io.github.stray.detect;
