// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * How near a sample is to its nearest training rows: {@code s(x) = 1/k sum of the k largest cos(x, x_i)}.
 *
 * <h2>Options</h2>
 *
 * {@code aggregate=kth} takes the k-th value instead of the mean. {@code distance=euclidean} is minus the plain, unsquared
 * distance, between rows of unit length, or between the rows as they are with {@code normalize=false}. A cosine knows no
 * length, so {@code distance=cosine} with {@code normalize=false} is refused: one of the two was not meant.
 *
 * <p>{@code variant=openood} is minus the <b>squared</b> distance between unit rows to the k-th neighbour, k = 50 unless
 * given. It fixes aggregate, distance and normalize; other values of these are refused.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Ties do not change a score. A zero row has cosine 0 with everything and stays zero when rows are scaled to unit length.
 * k above the number of training rows is an error, as are no rows, NaN and infinity.
 *
 * <h2>Cost</h2>
 *
 * Exact: n * d multiply-adds a sample. The training rows are read block by block and may lie in a mapped file larger than
 * the heap. State: tensor {@code gallery} {@code [n x d]}, the training rows as they came.
 *
 * <h2>Source</h2>
 *
 * Sun et al., Out-of-Distribution Detection with Deep Nearest Neighbors, ICML 2022 (arXiv 2204.06507); with k = 1 and
 * cosine: Adaloglou et al., TMLR 2024 (arXiv 2303.05828). Deviation from the latter's code: no exponential of the cosine.
 *
 * @param k number of neighbours, at least 1
 * @param aggregate what is made of the k values
 * @param distance what near means
 * @param normalize whether rows are scaled to unit length first
 * @param variant formula
 */
public record Knn(int k, Aggregate aggregate, Distance distance, boolean normalize, Variant variant)
        implements BuiltIn {
    /** What is made of the k nearest values. */
    public enum Aggregate {
        /** Their mean. */
        MEAN,
        /** The farthest of them. */
        KTH
    }

    /** What near means. */
    public enum Distance {
        /** Large cosine. */
        COSINE,
        /** Small Euclidean distance. */
        EUCLIDEAN
    }

    /** Formula. */
    public enum Variant {
        /** Stray's definition. */
        CANONICAL,
        /** As in the OpenOOD benchmark. */
        OPENOOD
    }

    private static final String ID = "knn";
    private static final int OPENOOD_K = 50;

    private static final Option<Knn, Integer> K =
            Option.whole("k", 1, "whole number, at least 1", "neighbours (50 with variant=openood)", Knn::k);
    private static final Option<Knn, Aggregate> AGGREGATE =
            Option.choice("aggregate", Aggregate.MEAN, "mean of the k values, or the k-th", Knn::aggregate);
    private static final Option<Knn, Distance> DISTANCE =
            Option.choice("distance", Distance.COSINE, "what near means", Knn::distance);
    private static final Option<Knn, Boolean> NORMALIZE =
            Option.flag("normalize", true, "scale rows to unit length first", Knn::normalize);
    private static final Option<Knn, Variant> VARIANT = Option.choice(
            "variant",
            Variant.CANONICAL,
            "openood: minus the squared distance between unit rows to the k-th neighbour",
            Knn::variant);

    static final Method<Knn> METHOD = new Method<>(
            Knn.class,
            ID,
            "nearness to the k nearest training samples",
            Needs.FEATURES,
            List.of(K, AGGREGATE, DISTANCE, NORMALIZE, VARIANT),
            Knn::of);

    /** Checks the options and that they agree. */
    public Knn {
        Option.require(k >= 1, ID, "k", "be at least 1", k);
        if (distance == Distance.COSINE && !normalize) {
            throw new IllegalArgumentException(
                    "knn: distance=cosine does not see the length of rows, so normalize=false contradicts it;"
                            + " leave normalize out, or take distance=euclidean");
        }
        if (variant == Variant.OPENOOD
                && (aggregate != Aggregate.KTH || distance != Distance.EUCLIDEAN || !normalize)) {
            throw new IllegalArgumentException(
                    "knn: variant=openood means aggregate=kth, distance=euclidean and normalize=true;"
                            + " got aggregate=%s, distance=%s, normalize=%s"
                                    .formatted(Option.word(aggregate), Option.word(distance), normalize));
        }
    }

    /**
     * Mean of the k largest cosines.
     *
     * @param k number of neighbours, at least 1
     */
    public Knn(int k) {
        this(k, AGGREGATE.absent(), DISTANCE.absent(), NORMALIZE.absent(), VARIANT.absent());
    }

    private static Knn of(Options given) {
        Variant variant = given.get(VARIANT);
        return variant == Variant.OPENOOD
                ? new Knn(
                        given.get(K, OPENOOD_K),
                        given.get(AGGREGATE, Aggregate.KTH),
                        given.get(DISTANCE, Distance.EUCLIDEAN),
                        given.get(NORMALIZE),
                        variant)
                : new Knn(given.get(K), given.get(AGGREGATE), given.get(DISTANCE), given.get(NORMALIZE), variant);
    }

    @Override
    public FittedDetector fit(Training given) {
        FeatureSet training = Inputs.requireTraining(given, ID);
        requireEnough(training.size(), "'" + training.dataset() + "'");
        return with(training.space(), training.features());
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        FeatureMatrix gallery = FeatureMatrix.of(Inputs.require(state, FittedKnn.GALLERY, ID, -1, space.dimension()));
        requireEnough(gallery.rows(), "the stored gallery");
        return with(space, gallery);
    }

    private void requireEnough(int rows, String where) {
        if (k > rows) {
            throw new IllegalArgumentException(
                    "knn: k = %d needs at least %d training rows, %s has %d".formatted(k, k, where, rows));
        }
    }

    private FittedDetector with(FeatureSpace space, FeatureMatrix gallery) {
        Measure euclidean = normalize ? Measure.UNIT_SQUARED_DISTANCE : Measure.SQUARED_DISTANCE;
        NearestRows nearest = new NearestRows(
                gallery::copyRows,
                gallery.rows(),
                gallery.dimension(),
                distance == Distance.COSINE ? Measure.COSINE : euclidean,
                Simd.kernels());
        return new FittedKnn(this, space, gallery, nearest);
    }

    /** {@return the value of a sample, from its nearest rows as {@link NearestRows} gives them, at least k of them} */
    double value(double[] nearest) {
        if (variant == Variant.OPENOOD) {
            return nearest[k - 1];
        }
        double sum = 0;
        for (int i = aggregate == Aggregate.KTH ? k - 1 : 0; i < k; i++) {
            sum += distance == Distance.EUCLIDEAN ? Math.sqrt(nearest[i]) : nearest[i];
        }
        return aggregate == Aggregate.KTH ? sum : sum / k;
    }

    /** {@return values as scores} */
    Scores scores(double... values) {
        return distance == Distance.COSINE ? Scores.of(values) : Scores.fromOutlierScores(values);
    }
}
