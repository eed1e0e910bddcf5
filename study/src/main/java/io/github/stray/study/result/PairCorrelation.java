// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.metric.Correlation;

/**
 * Over the extractors: ID accuracy against the AUROC of the nearest neighbour.
 *
 * @param pair name of the pair
 * @param comparison what the ID images are told from
 * @param detector whose AUROC
 * @param correlation R^2 and the line
 */
public record PairCorrelation(String pair, Comparison comparison, String detector, Correlation correlation) {}
