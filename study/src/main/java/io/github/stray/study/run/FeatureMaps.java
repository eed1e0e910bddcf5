// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.feature.FeatureSet;
import io.github.stray.metric.FprAtTpr;
import io.github.stray.projection.Projection;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.FeatureMap;
import io.github.stray.study.result.FeatureMap.Kind;
import io.github.stray.study.result.FeatureMap.Point;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.suite.OodGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** For each pair the features of its best extractor in the plane: ID, a near and a far OOD set, and the best cell's mistakes. */
record FeatureMaps(UnitStore store, Rows rows) {
    private static final int FITTED_TO = 2000;
    private static final int DRAWN = 400;

    /** Gives the features of sets that were used before. */
    @FunctionalInterface
    interface Rows {
        FeatureSet of(String extractor, String set) throws SetFailedException, IOException;
    }

    /** The maps of a pair, by the names of its ID training and test sets and its ranked cells. */
    List<FeatureMap> of(String train, String test, List<Cell> ranked) throws IOException, SetFailedException {
        var maps = new ArrayList<FeatureMap>();
        var projections = new HashMap<String, Projection>();
        for (OodGroup group : List.of(OodGroup.NEAR, OodGroup.FAR)) {
            Optional<Cell> best = ranked.stream()
                    .filter(cell ->
                            cell.comparison().group() == group && cell.overall().best())
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
        double threshold = FprAtTpr.threshold(scores.id(), FprAtTpr.DEFAULT_TPR);
        var points = new ArrayList<Point>();
        add(points, projection, rows.of(best.extractor(), test), scores.id(), threshold, Kind.ID, Kind.ID_REJECTED);
        FeatureSet ood = rows.of(best.extractor(), best.comparison().name());
        add(points, projection, ood, scores.ood(), threshold, Kind.OOD_KEPT, Kind.OOD);
        return new FeatureMap(best, projection.explained(), DRAWN, points);
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
