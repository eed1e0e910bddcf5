// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.metric.Auroc;
import io.github.stray.metric.Interval;
import io.github.stray.metric.RankedScores;
import io.github.stray.score.IdOodScores;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How much a better detector could still win on a pair of sets, and how small a difference it can show.
 *
 * <h2>Definition</h2>
 *
 * The best detector is the one with the largest AUROC A. {@code (1 - A) n_ood} is what it has lost, in whole OOD images
 * that rank below every ID image. The pair is saturated if a detector that makes no mistake would not be significantly
 * better: {@code 1 - A} is at most 1.96 times DeLong's standard error of A (a perfect AUROC has no spread). The smallest
 * difference the pair can resolve is 1.96 times DeLong's standard error of the difference between the two best detectors,
 * on the same images; with one detector, or two that rank alike, that of two independent detectors of its spread.
 *
 * <h2>Degenerate input</h2>
 *
 * A = 1: saturated, and the smallest difference is the distance to the lower end of {@link Auroc#interval}. One image on a
 * side: spread unknown; the pair counts as saturated and resolves nothing below 1.
 *
 * <h2>Source</h2>
 *
 * DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988).
 *
 * @param detector the best one
 * @param auroc A
 * @param interval its 95 % interval
 * @param lost {@code (1 - A) n_ood}, in images
 * @param above OOD images that score at least as high as the 95 % of ID images that a threshold keeps
 * @param saturated whether a perfect detector would not be significantly better
 * @param resolvable smallest difference of AUROC that would be significant, in [0, 1]
 * @param second the detector it was compared with, empty if there is none
 */
public record Saturation(
        String detector,
        double auroc,
        Interval interval,
        double lost,
        long above,
        boolean saturated,
        double resolvable,
        Optional<String> second) {
    private static final double NORMAL_QUANTILE_975 = 1.959963984540054;
    private static final double KEPT = 0.95;

    private record Ranked(String name, IdOodScores scores, double auroc, Components components) {}

    /**
     * Measures a pair.
     *
     * @param scores of at least one detector, by name; all of the same images in the same order
     * @return what is left to win
     * @throws IllegalArgumentException if there is no detector, or two speak of different numbers of images
     */
    public static Saturation of(SequencedMap<String, IdOodScores> scores) {
        List<Ranked> ranked = scores.entrySet().stream()
                .map(Saturation::ranked)
                .sorted(Comparator.comparingDouble(each -> -each.auroc))
                .toList();
        if (ranked.isEmpty()) {
            throw new IllegalArgumentException("saturation needs the scores of at least one detector, got none");
        }
        Ranked best = ranked.getFirst();
        int n = best.scores.id().size();
        int m = best.scores.ood().size();
        for (Ranked each : ranked) {
            if (each.scores.id().size() != n || each.scores.ood().size() != m) {
                throw new IllegalArgumentException("'%s' scored %d and %d images, '%s' %d and %d"
                        .formatted(
                                best.name,
                                n,
                                m,
                                each.name,
                                each.scores.id().size(),
                                each.scores.ood().size()));
            }
        }
        Interval interval = Auroc.interval(RankedScores.of(best.scores));
        double error = Math.sqrt(best.components.variance());
        boolean unknown = n == 1 || m == 1;
        double resolvable =
                unknown ? 1 : best.auroc == 1 ? 1 - interval.lower() : NORMAL_QUANTILE_975 * difference(ranked, error);
        double[] id = best.scores.id().toArray();
        Arrays.sort(id);
        double cut = id[n - (int) Math.ceil(KEPT * n)];
        return new Saturation(
                best.name,
                best.auroc,
                interval,
                (1 - best.auroc) * m,
                Arrays.stream(best.scores.ood().toArray())
                        .filter(score -> score >= cut)
                        .count(),
                unknown || 1 - best.auroc <= NORMAL_QUANTILE_975 * error,
                Math.min(1, resolvable),
                ranked.size() > 1 ? Optional.of(ranked.get(1).name) : Optional.empty());
    }

    private static Ranked ranked(Map.Entry<String, IdOodScores> entry) {
        IdOodScores scores = entry.getValue();
        return new Ranked(entry.getKey(), scores, Auroc.of(scores), Components.of(scores));
    }

    private static double difference(List<Ranked> ranked, double error) {
        double paired = ranked.size() < 2
                ? 0
                : Math.sqrt(ranked.getFirst()
                        .components
                        .minus(ranked.get(1).components)
                        .variance());
        return paired == 0 ? Math.sqrt(2) * error : paired;
    }

    /**
     * DeLong's structural components: for an ID score the share of OOD scores below it, for an OOD score the share of ID
     * scores above it, ties one half.
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Components(double[] id, double[] ood) {
        static Components of(IdOodScores scores) {
            double[] id = scores.id().toArray();
            double[] ood = scores.ood().toArray();
            double[] ofId = shares(id, ood);
            double[] ofOod = shares(ood, id);
            for (int i = 0; i < ofOod.length; i++) {
                ofOod[i] = 1 - ofOod[i];
            }
            return new Components(ofId, ofOod);
        }

        Components minus(Components other) {
            return new Components(difference(id, other.id), difference(ood, other.ood));
        }

        double variance() {
            return spread(id) + spread(ood);
        }

        private static double[] shares(double[] values, double[] others) {
            double[] sorted = others.clone();
            Arrays.sort(sorted);
            double[] shares = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                shares[i] = (below(sorted, values[i], false) + below(sorted, values[i], true)) / (2.0 * sorted.length);
            }
            return shares;
        }

        private static int below(double[] ascending, double value, boolean orEqual) {
            int low = 0;
            int high = ascending.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ascending[middle] < value || (orEqual && ascending[middle] == value)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private static double[] difference(double[] some, double[] other) {
            double[] difference = new double[some.length];
            for (int i = 0; i < some.length; i++) {
                difference[i] = some[i] - other[i];
            }
            return difference;
        }

        /** Variance of the mean, divisor n - 1; 0 for a single value. */
        private static double spread(double[] values) {
            int n = values.length;
            if (n < 2) {
                return 0;
            }
            double mean = Arrays.stream(values).average().orElse(0);
            double squares = 0;
            for (double value : values) {
                squares += (value - mean) * (value - mean);
            }
            return squares / (n - 1) / n;
        }
    }
}
