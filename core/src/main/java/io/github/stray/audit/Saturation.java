// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.metric.Auroc;
import io.github.stray.metric.AurocComponents;
import io.github.stray.metric.Interval;
import io.github.stray.metric.PairedAuroc;
import io.github.stray.metric.RankedScores;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * side: spread unknown; the pair counts as saturated and resolves nothing below 1. A best detector without spread that is
 * not perfect, as one that gives every image the same score: not saturated, and nothing below 1 is resolved.
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
 * @param aurocs of all detectors, in the order given
 */
public record Saturation(
        String detector,
        double auroc,
        Interval interval,
        double lost,
        long above,
        boolean saturated,
        double resolvable,
        SequencedMap<String, Double> aurocs) {
    private static final double NORMAL_QUANTILE_975 = 1.959963984540054;
    private static final double KEPT = 0.95;

    /** Copies the map. */
    public Saturation {
        aurocs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(aurocs));
    }

    private record Ranked(String name, IdOodScores scores, double auroc, AurocComponents components) {}

    /**
     * {@return what is left to win on a pair}
     *
     * @param scores of at least one detector, by name; all of the same images in the same order
     * @throws IllegalArgumentException if there is no detector, or two speak of different numbers of images
     */
    public static Saturation of(SequencedMap<String, IdOodScores> scores) {
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("saturation needs the scores of at least one detector, got none");
        }
        List<Ranked> ranked = new ArrayList<>(
                scores.entrySet().stream().map(Saturation::ranked).toList());
        var aurocs = new LinkedHashMap<String, Double>();
        ranked.forEach(each -> aurocs.put(each.name, each.auroc));
        ranked.sort(Comparator.comparingDouble(each -> -each.auroc));
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
        double error = error(best);
        boolean unknown = n == 1 || m == 1;
        // All scores equal have no spread, as a perfect AUROC has none, but say nothing.
        boolean spreadless = !unknown && best.auroc < 1 && error == 0;
        double resolvable = unknown || spreadless
                ? 1
                : best.auroc == 1 ? 1 - interval.lower() : NORMAL_QUANTILE_975 * difference(ranked, error);
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
                aurocs);
    }

    private static Ranked ranked(Map.Entry<String, IdOodScores> entry) {
        IdOodScores scores = entry.getValue();
        return new Ranked(entry.getKey(), scores, Auroc.of(scores), AurocComponents.of(scores));
    }

    /** DeLong's standard error of one AUROC: that of its difference from a detector without a mistake. */
    private static double error(Ranked one) {
        double[] id = new double[one.scores.id().size()];
        Arrays.fill(id, 1);
        var perfect = new IdOodScores(
                Scores.of(id), Scores.of(new double[one.scores.ood().size()]));
        return PairedAuroc.of(one.components, AurocComponents.of(perfect)).standardError();
    }

    private static double difference(List<Ranked> ranked, double error) {
        double paired = ranked.size() < 2
                ? 0
                : PairedAuroc.of(ranked.getFirst().components, ranked.get(1).components)
                        .standardError();
        return paired == 0 ? Math.sqrt(2) * error : paired;
    }
}
