// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Labels made by k-means clusters of the training rows, then as {@link Mahalanobis} on the clusters:
 * {@code s(x) = -min_c (x - mu_c)' S^+ (x - mu_c)}, mu_c the centroids and S the pooled within-cluster covariance (sum of
 * the cluster scatters / n).
 *
 * <h2>Options</h2>
 *
 * {@code clusters} (10) of the rows as they are, not normalised. The clustering with the least sum of squared distances
 * to the centroids of {@code restarts} (5) is taken, the first of equal ones. {@code score=cosine}: s is the largest cosine
 * of the row and a centroid.
 *
 * <p>Each start is k-means++, plain: the first centroid is a row drawn evenly, each further one a row drawn with a
 * probability proportional to its squared distance to the nearest centroid so far. Then Lloyd's iterations: rows go to the
 * nearest centroid, centroids to the means of their rows, until no row moves. All draws come from one
 * {@link java.util.SplittableRandom} made of {@code seed} (42), over the rows in an order that follows from their contents
 * alone. So the result depends neither on threads nor on the order of the training rows.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * A row as near to two centroids goes to the one that was drawn first. A cluster that loses all rows takes the row
 * farthest from its own centroid, the first such in the order above. Fewer distinct rows than clusters is an error. With
 * {@code score=mahalanobis} clusters whose rows are all equal are refused (S is zero), and a singular S is handled by the
 * pseudo-inverse with a note, as {@link Mahalanobis} does; with {@code score=cosine} a zero row and a zero centroid have
 * cosine 0 with everything. Labels are not read. No rows, NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * Double throughout: clusters * d multiply-adds a training row, iteration and restart, and the memory of one double a
 * training row; a sample costs as much as in {@link Mahalanobis}, or clusters * d. State, all F64: as {@link Mahalanobis}
 * has, or {@code centroids} {@code [clusters x d]}.
 *
 * <h2>Source</h2>
 *
 * Sehwag et al., SSD: A Unified Framework for Self-Supervised Outlier Detection, ICLR 2021 (arXiv 2103.12051); seeding:
 * Arthur and Vassilvitskii, k-means++, SODA 2007. Deviation from the former: one pooled covariance instead of one a cluster.
 *
 * @param clusters number of clusters, at least 1
 * @param restarts number of clusterings of which the best is taken, at least 1
 * @param seed of the draws
 * @param measure what near a centroid means; the option {@code score}
 */
public record KMeans(int clusters, int restarts, int seed, Measure measure) implements BuiltIn {
    /** What near a centroid means. */
    public enum Measure {
        /** Small Mahalanobis distance. */
        MAHALANOBIS,
        /** Large cosine. */
        COSINE
    }

    private static final String ID = "kmeans";
    private static final String CENTROIDS = "centroids";
    private static final Option<KMeans, Integer> CLUSTERS =
            Option.whole("clusters", 10, "whole number, at least 1", "clusters", KMeans::clusters);
    private static final Option<KMeans, Integer> RESTARTS =
            Option.whole("restarts", 5, "whole number, at least 1", "clusterings, the best is taken", KMeans::restarts);
    private static final Option<KMeans, Integer> SEED =
            Option.whole("seed", 42, "whole number", "seed of the starts", KMeans::seed);
    private static final Option<KMeans, Measure> SCORE =
            Option.choice("score", Measure.MAHALANOBIS, "what near a cluster means", KMeans::measure);

    static final Method<KMeans> METHOD = new Method<>(
            KMeans.class,
            ID,
            "nearness to the nearest cluster of the training samples",
            Needs.FEATURES,
            List.of(CLUSTERS, RESTARTS, SEED, SCORE),
            given -> new KMeans(given.get(CLUSTERS), given.get(RESTARTS), given.get(SEED), given.get(SCORE)));

    /** Checks the numbers. */
    public KMeans {
        if (clusters < 1 || restarts < 1) {
            throw new IllegalArgumentException(
                    "options clusters and restarts of kmeans must be at least 1, were %d and %d"
                            .formatted(clusters, restarts));
        }
    }

    /** Ten clusters, five restarts, Mahalanobis distance. */
    public KMeans() {
        this(CLUSTERS.absent(), RESTARTS.absent(), SEED.absent(), SCORE.absent());
    }

    @Override
    public FittedDetector fit(Training given) {
        FeatureSet training = Inputs.requireTraining(given, ID);
        Clustering best = Clustering.best(training, clusters, restarts, seed);
        if (measure == Measure.COSINE) {
            return onCosine(training.space(), best.centroids());
        }
        ClassStatistics statistics = ClassStatistics.of(best.rows(), best.clusterOf(), ID);
        Covariance within = statistics.within(training.size());
        if (within.trace() == 0) {
            throw new IllegalArgumentException(
                    "kmeans: the rows of each of the %d clusters of '%s' are all equal, so there is no covariance to measure with; take fewer clusters, or score=cosine"
                            .formatted(clusters, training.dataset()));
        }
        return onMahalanobis(training.space(), WhitenedMeans.of(statistics, statistics.all(), within.whitening()));
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return measure == Measure.MAHALANOBIS
                ? onMahalanobis(space, WhitenedMeans.restore(space, state, ID))
                : onCosine(
                        space,
                        Inputs.require(state, CENTROIDS, ID, clusters, space.dimension())
                                .toDoubles());
    }

    private FittedDetector onMahalanobis(FeatureSpace space, WhitenedMeans means) {
        return means.fitted(this, space, means::state);
    }

    private FittedDetector onCosine(FeatureSpace space, double[] centroids) {
        double[] unit = unit(centroids, space.dimension());
        return new Fitted(
                this,
                space,
                List.of(),
                () -> Map.of(CENTROIDS, Tensor.ofDoubles(centroids, clusters, space.dimension())),
                samples -> Scores.of(largestCosines(new DoubleRows(samples, true), unit)));
    }

    private static double[] unit(double[] rows, int d) {
        double[] unit = rows.clone();
        for (int from = 0; from < unit.length; from += d) {
            double norm = Math.sqrt(Simd.kernels().dot(rows, from, rows, from, d));
            for (int t = from; t < from + d; t++) {
                unit[t] /= norm == 0 ? 1 : norm;
            }
        }
        return unit;
    }

    private double[] largestCosines(DoubleRows rows, double[] unit) {
        double[] largest = new double[rows.size()];
        rows.forEachBlockInParallel((from, block, count) -> {
            double[] cosines = new double[count * clusters];
            Simd.kernels().dots(block, 0, count, unit, 0, clusters, rows.dimension(), cosines);
            for (int i = 0; i < count; i++) {
                largest[from + i] = IntStream.range(i * clusters, (i + 1) * clusters)
                        .mapToDouble(c -> Math.clamp(cosines[c], -1.0, 1.0))
                        .max()
                        .orElseThrow();
            }
        });
        return largest;
    }
}
