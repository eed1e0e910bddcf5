// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Stratified bootstrap: percentile intervals of the four metrics.
 *
 * <h2>Definition</h2>
 *
 * A resample draws n_id of the ID scores and n_ood of the OOD scores, each with replacement. The interval of a metric is
 * the 0.025 and 0.975 quantile (R type 7) of its values over the resamples. It measures the spread from the samples
 * scored, not from fitting.
 *
 * <h2>Degenerate input</h2>
 *
 * A side with one score is drawn as it is every time. Where nothing varies, such as an AUROC of 1, the interval is a
 * point: prefer {@link Auroc#interval} there. Few resamples are allowed and give coarse ends; below 40 the ends are close to
 * the extremes seen.
 *
 * <h2>Cost</h2>
 *
 * O(resamples x scores) on all processors: resamples count the ranked scores and are never sorted. Each thread needs about
 * 32 bytes a score. The result depends on the seed and not on the number of threads.
 *
 * <h2>Source</h2>
 *
 * Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 *
 * @param resamples number of resamples, at least 1
 * @param seed of the random numbers
 */
public record Bootstrap(int resamples, long seed) {
    /** 1,000 resamples with seed 42. */
    public static final Bootstrap DEFAULT = new Bootstrap(1000, 42);

    /** Checks the number of resamples. */
    public Bootstrap {
        if (resamples < 1) {
            throw new IllegalArgumentException("a bootstrap needs at least 1 resample, got " + resamples);
        }
    }

    /**
     * {@return 95 % percentile intervals of the four metrics}
     *
     * @param ranked both sides
     * @param tpr true-positive rate of the FPR, in (0, 1]
     * @param convention which rule gives FPR and AUPR
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public BootstrapIntervals intervals(RankedScores ranked, double tpr, Convention convention) {
        FprAtTpr.requireTpr(tpr);
        var resampler = new Resampler(ranked);
        var root = new SplittableRandom(seed);
        SplittableRandom[] randoms = new SplittableRandom[resamples];
        Arrays.setAll(randoms, r -> root.split());
        double[] auroc = new double[resamples];
        double[] fpr = new double[resamples];
        double[] auprIn = new double[resamples];
        double[] auprOut = new double[resamples];
        IntStream.range(0, resamples).parallel().forEach(r -> {
            RankedScores resample = resampler.draw(randoms[r]);
            auroc[r] = Auroc.of(resample);
            fpr[r] = convention.fprAtTpr(resample, tpr);
            auprIn[r] = convention.auprIn(resample);
            auprOut[r] = convention.auprOut(resample);
        });
        return new BootstrapIntervals(
                resamples, seed, percentiles(auroc), percentiles(fpr), percentiles(auprIn), percentiles(auprOut));
    }

    private static Interval percentiles(double[] values) {
        Arrays.sort(values);
        return new Interval(Quantile.ofSorted(values, 0.025), Quantile.ofSorted(values, 0.975));
    }
}
