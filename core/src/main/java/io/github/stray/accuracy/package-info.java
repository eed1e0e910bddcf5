// SPDX-License-Identifier: Apache-2.0
/**
 * How well features tell the classes of in-distribution samples apart: k-NN accuracy without training, and the accuracy of
 * any predictions. The study sets it beside the AUROC of detectors ({@link io.github.stray.metric.Correlation}).
 */
package io.github.stray.accuracy;
