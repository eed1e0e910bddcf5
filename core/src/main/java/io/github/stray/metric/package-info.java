// SPDX-License-Identifier: Apache-2.0
/**
 * How well scores tell in-distribution from out-of-distribution samples: AUROC, FPR at a TPR, AUPR, their intervals, and
 * the conventions of published code bases.
 *
 * <p>Scores are higher for in-distribution samples; every result is a fraction in [0, 1]. Only the order of the scores
 * counts (the convention {@code ninco} excepted), so {@link io.github.stray.metric.RankedScores} sorts once and every
 * metric reads it. {@link io.github.stray.metric.OodReport} is the one call for all of them.
 */
package io.github.stray.metric;
