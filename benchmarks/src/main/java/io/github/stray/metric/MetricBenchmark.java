// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * AUROC, FPR and both AUPR of 10 million scores, and a bootstrap of 1,000 resamples of 20,000 scores: ranked once, against
 * the plain way that sorts again for each metric and each resample on one thread.
 *
 * <pre>
 * tools/bench/java.sh org.openjdk.jmh.Main MetricBenchmark
 * tools/bench/metric.sh     # the same, and writes benchmarks/results/metric.txt
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgs = "-Xmx6g")
public class MetricBenchmark {
    /** Ours, and the baseline. */
    public enum Way {
        /** One ranking, read by all metrics. */
        RANKED_ONCE,
        /** A sort a metric, a sort a resample. */
        SORT_EACH_TIME
    }

    /** Which way runs. */
    @Param
    public Way way = Way.RANKED_ONCE;

    private IdOodScores tenMillion = normal(5_000_000);
    private IdOodScores twentyThousand = normal(10_000);

    private static IdOodScores normal(int each) {
        var random = new SplittableRandom(42);
        double[] id = new double[each];
        double[] ood = new double[each];
        Arrays.setAll(id, i -> random.nextGaussian() + 1.5);
        Arrays.setAll(ood, i -> random.nextGaussian());
        return new IdOodScores(Scores.of(id), Scores.of(ood));
    }

    /** Both ways must give the same figures, or their times do not compare. */
    @Setup
    public void compareFigures() {
        double[] ours = rankedOnce(twentyThousand);
        double[] plain = sortEachTime(twentyThousand);
        for (int i = 0; i < ours.length; i++) {
            if (Math.abs(ours[i] - plain[i]) > 1e-9) {
                throw new IllegalStateException(
                        "the ways disagree: %s and %s".formatted(Arrays.toString(ours), Arrays.toString(plain)));
            }
        }
    }

    /**
     * The four metrics of 10 million scores.
     *
     * @return the figures
     */
    @Benchmark
    public double[] metricsOfTenMillion() {
        return way == Way.RANKED_ONCE ? rankedOnce(tenMillion) : sortEachTime(tenMillion);
    }

    /**
     * 1,000 resamples of 20,000 scores, the four metrics of each.
     *
     * @return something made of the figures
     */
    @Benchmark
    public Object bootstrapOfTwentyThousand() {
        if (way == Way.RANKED_ONCE) {
            return new Bootstrap(1000, 42).intervals(RankedScores.of(twentyThousand), 0.95, Convention.CANONICAL);
        }
        var random = new SplittableRandom(42);
        double sum = 0;
        for (int r = 0; r < 1000; r++) {
            var resample = new IdOodScores(drawn(twentyThousand.id(), random), drawn(twentyThousand.ood(), random));
            sum += Arrays.stream(sortEachTime(resample)).sum();
        }
        return sum;
    }

    private static double[] rankedOnce(IdOodScores scores) {
        RankedScores ranked = RankedScores.of(scores);
        return new double[] {Auroc.of(ranked), FprAtTpr.of(ranked, 0.95), Aupr.in(ranked), Aupr.out(ranked)};
    }

    private static double[] sortEachTime(IdOodScores scores) {
        double[] id = scores.id().toArray();
        double[] ood = scores.ood().toArray();
        return new double[] {
            plainAuroc(id.clone(), ood.clone()),
            plainFpr(id.clone(), ood),
            plainAveragePrecision(id.clone(), ood.clone()),
            plainAveragePrecision(negated(ood), negated(id))
        };
    }

    /** By the ID scores below each OOD score; counts ties for the ID side, of which continuous scores have none. */
    private static double plainAuroc(double[] id, double[] ood) {
        Arrays.sort(id);
        Arrays.sort(ood);
        double wins = 0;
        int below = 0;
        for (double score : ood) {
            while (below < id.length && id[below] < score) {
                below++;
            }
            wins += id.length - below;
        }
        return wins / id.length / ood.length;
    }

    private static double plainFpr(double[] id, double[] ood) {
        Arrays.sort(id);
        double threshold = id[id.length - (int) Math.ceil(0.95 * id.length)];
        return (double) Arrays.stream(ood).filter(score -> score >= threshold).count() / ood.length;
    }

    private static double plainAveragePrecision(double[] positive, double[] negative) {
        Arrays.sort(positive);
        Arrays.sort(negative);
        double sum = 0;
        int negatives = 0;
        for (int positives = 1; positives <= positive.length; positives++) {
            double threshold = positive[positive.length - positives];
            while (negatives < negative.length && negative[negative.length - 1 - negatives] >= threshold) {
                negatives++;
            }
            sum += (double) positives / (positives + negatives);
        }
        return sum / positive.length;
    }

    private static double[] negated(double[] values) {
        return Arrays.stream(values).map(v -> -v).toArray();
    }

    private static Scores drawn(Scores scores, SplittableRandom random) {
        double[] values = new double[scores.size()];
        Arrays.setAll(values, i -> scores.get(random.nextInt(values.length)));
        return Scores.of(values);
    }
}
