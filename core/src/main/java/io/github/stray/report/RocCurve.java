// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.metric.FprAtTpr;
import io.github.stray.metric.RankedScores;
import io.github.stray.score.IdOodScores;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The ROC curve of a chart, ID positive: for every threshold the share of OOD samples kept (x) and of ID samples kept (y).
 *
 * @param points from (0, 0) to (1, 1); equal scores give one point
 * @param cut the point of the canonical cut at a TPR of 0.95
 */
record RocCurve(List<Point> points, Point cut) {
    /** A threshold's effect; both in 0 to 1. */
    record Point(double fpr, double tpr) {}

    static RocCurve of(IdOodScores scores) {
        RankedScores ranked = RankedScores.of(scores);
        var points = new ArrayList<Point>();
        points.add(new Point(0, 0));
        for (int level = 0; level < ranked.levels(); level++) {
            points.add(new Point(
                    (double) ranked.oodAtLeast(level) / ranked.oodSize(),
                    (double) ranked.idAtLeast(level) / ranked.idSize()));
        }
        return new RocCurve(points, points.get(1 + FprAtTpr.level(ranked, FprAtTpr.DEFAULT_TPR)));
    }

    /**
     * A curve of at most {@code vertices} points that looks the same: the points whose removal moves the line least go
     * first (Ramer, 1972; Douglas and Peucker, 1973), and none moves it by more than the tolerance that this takes.
     */
    RocCurve thinned(int vertices) {
        List<Point> kept = points;
        for (double tolerance = 2e-4; kept.size() > vertices; tolerance *= 1.5) {
            kept = simplified(kept, tolerance);
        }
        return new RocCurve(kept, cut);
    }

    private static List<Point> simplified(List<Point> points, double tolerance) {
        var keep = new BitSet(points.size());
        keep.set(0);
        keep.set(points.size() - 1);
        var stretches = new ArrayList<int[]>();
        stretches.add(new int[] {0, points.size() - 1});
        while (!stretches.isEmpty()) {
            int[] stretch = stretches.removeLast();
            int furthest = -1;
            double most = tolerance;
            for (int i = stretch[0] + 1; i < stretch[1]; i++) {
                double distance = distance(points.get(i), points.get(stretch[0]), points.get(stretch[1]));
                if (distance > most) {
                    most = distance;
                    furthest = i;
                }
            }
            if (furthest >= 0) {
                keep.set(furthest);
                stretches.add(new int[] {stretch[0], furthest});
                stretches.add(new int[] {furthest, stretch[1]});
            }
        }
        return keep.stream().mapToObj(points::get).toList();
    }

    private static double distance(Point point, Point start, Point end) {
        double dx = end.fpr() - start.fpr();
        double dy = end.tpr() - start.tpr();
        double length = Math.hypot(dx, dy);
        if (length == 0) {
            return Math.hypot(point.fpr() - start.fpr(), point.tpr() - start.tpr());
        }
        return Math.abs(dx * (point.tpr() - start.tpr()) - dy * (point.fpr() - start.fpr())) / length;
    }
}
