// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.feature.FeatureSet;
import io.github.stray.projection.Projection;
import io.github.stray.report.StudyReport.FeatureMap;
import io.github.stray.report.StudyReport.Kind;
import io.github.stray.report.StudyReport.Pair;
import io.github.stray.report.StudyReport.Point;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.StudyReports;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.suite.OodGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** For each pair the features of its best extractor in the plane: ID, a near and a far OOD set, and the best cell's mistakes. */
final class FeatureMaps {
    private static final int FITTED_TO = 2000;
    private static final int DRAWN = 400;
    private static final double TPR = 0.95;

    private final UnitStore store;
    private final Rows rows;

    FeatureMaps(UnitStore store, Rows rows) {
        this.store = store;
        this.rows = rows;
    }

    /** Gives the features of sets that were used before. */
    @FunctionalInterface
    interface Rows {
        FeatureSet of(String extractor, String set) throws SetFailedException, IOException;
    }

    /**
     * The maps of a pair.
     *
     * @param train name of the ID training set
     * @param test name of the ID test set
     * @param ranked cells of the pair
     */
    List<FeatureMap> of(String train, String test, List<Cell> ranked) throws IOException, SetFailedException {
        var maps = new ArrayList<FeatureMap>();
        var projections = new HashMap<String, Projection>();
        for (OodGroup group : List.of(OodGroup.NEAR, OodGroup.FAR)) {
            Optional<Cell> best = ranked.stream()
                    .filter(cell -> cell.group() == group && cell.overall().best())
                    .findFirst();
            if (best.isPresent()) {
                String extractor = best.get().extractor();
                if (!projections.containsKey(extractor)) {
                    FeatureSet fitted = rows.of(extractor, train);
                    projections.put(extractor, Projection.of(fitted.select(spread(fitted.size(), FITTED_TO))));
                }
                Projection projection = Objects.requireNonNull(projections.get(extractor));
                maps.add(map(projection, test, best.get()));
            }
        }
        return maps;
    }

    private FeatureMap map(Projection projection, String test, Cell best) throws IOException, SetFailedException {
        IdOodScores scores = store.scores(best.unit(), best.place());
        double threshold = threshold(scores.id());
        var points = new ArrayList<Point>();
        add(points, projection, rows.of(best.extractor(), test), scores.id(), threshold, Kind.ID, Kind.ID_REJECTED);
        add(
                points,
                projection,
                rows.of(best.extractor(), best.ood()),
                scores.ood(),
                threshold,
                Kind.OOD_KEPT,
                Kind.OOD);
        Pair pair = StudyReports.pair(best);
        return new FeatureMap(
                best.extractor(),
                pair,
                String.format(
                        Locale.ROOT,
                        "principal components of the training set (%.0f %% of its variance)",
                        100 * projection.explained()),
                "%s at a TPR of 0.95, at most %d images of each set".formatted(best.detector(), DRAWN),
                points);
    }

    /** The k-th largest ID score, k the smallest number of them that reaches the TPR. */
    private static double threshold(Scores id) {
        double[] sorted = id.toArray();
        Arrays.sort(sorted);
        int n = sorted.length;
        int k = 1;
        while ((double) k / n < TPR) {
            k++;
        }
        return sorted[n - k];
    }

    private static void add(
            List<Point> points,
            Projection projection,
            FeatureSet set,
            Scores scores,
            double threshold,
            Kind kept,
            Kind rejected) {
        int[] chosen = spread(set.size(), DRAWN);
        double[] places = projection.place(set.select(chosen));
        for (int i = 0; i < chosen.length; i++) {
            points.add(
                    new Point(places[2 * i], places[2 * i + 1], scores.get(chosen[i]) >= threshold ? kept : rejected));
        }
    }

    private static int[] spread(int size, int most) {
        int count = Math.min(size, most);
        return IntStream.range(0, count)
                .map(i -> (int) ((long) i * size / count))
                .toArray();
    }
}
