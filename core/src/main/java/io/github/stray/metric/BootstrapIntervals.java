// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

/**
 * 95 % bootstrap intervals of the four metrics.
 *
 * @param resamples number of resamples
 * @param seed of the random numbers
 * @param auroc of the AUROC
 * @param fprAtTpr of the FPR
 * @param auprIn of AUPR-In
 * @param auprOut of AUPR-Out
 */
public record BootstrapIntervals(
        int resamples, long seed, Interval auroc, Interval fprAtTpr, Interval auprIn, Interval auprOut) {}
