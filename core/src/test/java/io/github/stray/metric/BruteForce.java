// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** The definitions written down as they read, by counting every pair or every threshold: the slow twin of the metrics. */
final class BruteForce {
    private BruteForce() {}

    static double auroc(IdOodScores scores) {
        double wins = 0;
        for (double id : scores.id().toArray()) {
            for (double ood : scores.ood().toArray()) {
                wins += id > ood ? 1 : id == ood ? 0.5 : 0;
            }
        }
        return wins / ((double) scores.id().size() * scores.ood().size());
    }

    static double fpr(IdOodScores scores, double tpr, Convention convention) {
        double[] id = scores.id().toArray();
        double[] ood = scores.ood().toArray();
        Arrays.sort(id);
        int n = id.length;
        return switch (convention) {
            case CANONICAL -> {
                double strictest = Double.NEGATIVE_INFINITY;
                for (double threshold : id) {
                    if (shareAtLeast(id, threshold) >= tpr) {
                        strictest = Math.max(strictest, threshold);
                    }
                }
                yield shareAtLeast(ood, strictest);
            }
            case VIM -> {
                int k = (int) Math.floor(tpr * n);
                yield shareAtLeast(ood, k == 0 ? id[0] : id[n - k]);
            }
            case NINCO -> throw new IllegalArgumentException("the golden files cover it");
            case MCM -> {
                List<double[]> vertices = vertices(id, ood);
                double nearest = vertices.stream()
                        .mapToDouble(v -> Math.abs(v[1] - tpr))
                        .min()
                        .orElseThrow();
                double chosen = vertices.stream()
                        .mapToDouble(v -> v[1])
                        .filter(t -> Math.abs(t - tpr) == nearest)
                        .max()
                        .orElseThrow();
                DoubleStream rates =
                        vertices.stream().filter(v -> v[1] == chosen).mapToDouble(v -> v[0]);
                yield (chosen == 1 ? rates.min() : rates.max()).orElseThrow();
            }
            case PLP -> {
                List<double[]> kept = kept(vertices(id, ood), id.length, ood.length);
                kept.addFirst(new double[] {0, 0});
                int left = 0;
                for (int i = 0; i < kept.size(); i++) {
                    if (kept.get(i)[1] <= tpr) {
                        left = i;
                    }
                }
                double[] from = kept.get(left);
                if (from[1] == tpr) {
                    yield from[0];
                }
                double[] to = kept.get(left + 1);
                yield from[0] + (tpr - from[1]) / (to[1] - from[1]) * (to[0] - from[0]);
            }
            case OPENOOD ->
                kept(vertices(negated(ood), negated(id)), ood.length, id.length).stream()
                        .filter(v -> v[1] >= tpr)
                        .findFirst()
                        .orElseThrow()[0];
        };
    }

    static double averagePrecision(double[] positive, double[] negative) {
        double sum = 0;
        double reached = 0;
        for (double threshold : distinctDescending(positive, negative)) {
            double truePositives = countAtLeast(positive, threshold);
            sum += (truePositives - reached)
                    / positive.length
                    * truePositives
                    / (truePositives + countAtLeast(negative, threshold));
            reached = truePositives;
        }
        return sum;
    }

    static double trapezoid(double[] positive, double[] negative) {
        double area = 0;
        double recall = 0;
        double precision = 1;
        for (double threshold : distinctDescending(positive, negative)) {
            double truePositives = countAtLeast(positive, threshold);
            double nextRecall = truePositives / positive.length;
            double nextPrecision = truePositives / (truePositives + countAtLeast(negative, threshold));
            area += (nextRecall - recall) * (nextPrecision + precision) / 2;
            recall = nextRecall;
            precision = nextPrecision;
        }
        return area;
    }

    static double[] negated(double[] values) {
        return Arrays.stream(values).map(v -> 0.0 - v).toArray();
    }

    /** (FPR, TPR) at each distinct score, highest score first. */
    private static List<double[]> vertices(double[] positive, double[] negative) {
        List<double[]> vertices = new ArrayList<>();
        for (double threshold : distinctDescending(positive, negative)) {
            vertices.add(new double[] {shareAtLeast(negative, threshold), shareAtLeast(positive, threshold)});
        }
        return vertices;
    }

    private static List<double[]> kept(List<double[]> vertices, int positives, int negatives) {
        List<double[]> kept = new ArrayList<>();
        for (int i = 0; i < vertices.size(); i++) {
            if (i == 0
                    || i == vertices.size() - 1
                    || secondDifference(vertices, i, 0, negatives) != 0
                    || secondDifference(vertices, i, 1, positives) != 0) {
                kept.add(vertices.get(i));
            }
        }
        return kept;
    }

    private static long secondDifference(List<double[]> vertices, int i, int axis, int count) {
        return Math.round(vertices.get(i + 1)[axis] * count)
                - 2 * Math.round(vertices.get(i)[axis] * count)
                + Math.round(vertices.get(i - 1)[axis] * count);
    }

    private static double[] distinctDescending(double[] a, double[] b) {
        double[] ascending = DoubleStream.concat(Arrays.stream(a), Arrays.stream(b))
                .map(v -> v + 0.0)
                .distinct()
                .sorted()
                .toArray();
        double[] descending = new double[ascending.length];
        for (int i = 0; i < ascending.length; i++) {
            descending[i] = ascending[ascending.length - 1 - i];
        }
        return descending;
    }

    private static long countAtLeast(double[] values, double threshold) {
        return Arrays.stream(values).filter(v -> v >= threshold).count();
    }

    private static double shareAtLeast(double[] values, double threshold) {
        return (double) countAtLeast(values, threshold) / values.length;
    }
}
