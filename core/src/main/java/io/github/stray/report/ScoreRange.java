// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.List;

/**
 * The scores that the histograms show: all of them, unless some lie so far out that the ID scores would shrink to a line.
 * Then it ends {@value #REACH} times the spread of the ID scores (1st to 99th percentile) beyond that spread, and what is
 * further out is counted in the last bin.
 *
 * @param low smallest score shown, finite
 * @param high largest score shown, finite and above {@code low}
 */
record ScoreRange(double low, double high) {
    private static final double REACH = 1.5;

    static ScoreRange of(Scores id, List<Scores> ood) {
        double[] inside = finite(id);
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Scores scores : ood) {
            for (double score : finite(scores)) {
                low = Math.min(low, score);
                high = Math.max(high, score);
            }
        }
        if (inside.length > 0) {
            double first = inside[inside.length / 100];
            double last = inside[inside.length - 1 - inside.length / 100];
            double spread = last - first;
            low = Math.min(low, inside[0]);
            high = Math.max(high, inside[inside.length - 1]);
            if (spread > 0 && Double.isFinite(REACH * spread)) {
                low = Math.max(low, first - REACH * spread);
                high = Math.min(high, last + REACH * spread);
            }
        }
        if (low > high) {
            return new ScoreRange(-1, 1);
        }
        double limit = Double.MAX_VALUE / 4;
        low = Math.clamp(low, -limit, limit);
        high = Math.clamp(high, -limit, limit);
        double margin = 0.02 * (high - low);
        if (margin <= 1e-9 * Math.max(Math.abs(low), Math.abs(high))) {
            margin = Math.max(0.05 * Math.abs(high), 0.5);
        }
        return new ScoreRange(low - margin, high + margin);
    }

    /** Share of scores in each of {@code bins} equal bins; scores outside count in the nearest. */
    double[] histogram(Scores scores, int bins) {
        double[] shares = new double[bins];
        for (int i = 0; i < scores.size(); i++) {
            double place = Math.clamp((scores.get(i) - low) / (high - low), 0.0, 1.0);
            shares[Math.min(bins - 1, (int) (place * bins))] += 1.0 / scores.size();
        }
        return shares;
    }

    /** Share of scores below this range. */
    double below(Scores scores) {
        return Arrays.stream(scores.toArray()).filter(score -> score < low).count() / (double) scores.size();
    }

    /** Share of scores above this range. */
    double above(Scores scores) {
        return Arrays.stream(scores.toArray()).filter(score -> score > high).count() / (double) scores.size();
    }

    private static double[] finite(Scores scores) {
        return Arrays.stream(scores.toArray()).filter(Double::isFinite).sorted().toArray();
    }
}
