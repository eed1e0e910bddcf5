// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.internal.linalg.Whitening;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Minus the smallest squared Mahalanobis distance to a class mean: {@code s(x) = -min_c (x - mu_c)' S^+ (x - mu_c)}, with S
 * the pooled within-class covariance, divisor n, and S^+ its inverse.
 *
 * <h2>Singular covariance</h2>
 *
 * S^+ is the symmetric pseudo-inverse: directions whose eigenvalue lies below {@code d * 2^-52 * lambda_max} are dropped,
 * and a note says how many. A difference along a dropped direction does not count. {@code shrinkage=a} replaces S by
 * {@code (1 - a) S + a tr(S)/d I} before that. If S is zero, as when every class has one sample, fitting is refused (but
 * for {@code variant=pytorch-ood}, which adds to the diagonal).
 *
 * <h2>Options</h2>
 *
 * {@code normalize=true} scales rows to unit length first (a zero row stays zero); the id {@code mahalanobis++} is an alias
 * for that. {@code on=logits} reads the layer logits. Variants, all with the class means of the training rows:
 *
 * <ul>
 *   <li>{@code plp}: S is the unweighted mean of the class covariances, each with divisor n_c - 1; classes with one
 *       sample are left out altogether, their means too.
 *   <li>{@code pytorch-ood}: half the distance, divisor n - 1, and S + 1e-6 I.
 *   <li>{@code mcm}: half the distance, and S the total covariance with divisor n - 1.
 * </ul>
 *
 * A variant fixes S, so shrinkage other than 0 is refused with it; normalize and on act on the rows and may be combined.
 *
 * <h2>Degenerate input</h2>
 *
 * Labels are required. A class without training rows has no mean and takes no part. No rows, NaN and infinity are errors,
 * and so is one row (S is zero or its divisor is).
 *
 * <h2>Numerics</h2>
 *
 * Means, covariance and whitening are double throughout. A row is centred on the mean of all training rows, whitened, and
 * compared with the whitened class means by differences; no squares are subtracted from each other. State, all F64:
 * {@code center} {@code [d]}, {@code whitening} {@code [r x d]}, {@code whitened_means} {@code [C x r]}, r the rank of S. Cost: d * d
 * multiply-adds a training row, d * r + C * r a sample.
 *
 * <h2>Source</h2>
 *
 * Lee et al., NeurIPS 2018 (arXiv 1807.03888); normalised rows: Mueller and Hein, Mahalanobis++, ICML 2025 (arXiv
 * 2505.18032). Deviations: one layer, no input preprocessing.
 *
 * @param normalize whether rows are scaled to unit length first
 * @param shrinkage share of the isotropic covariance, 0 to 1
 * @param on layer that is read: features or logits
 * @param variant formula
 */
public record Mahalanobis(boolean normalize, double shrinkage, Layer on, Variant variant) implements BuiltIn {
    /** Formula. */
    public enum Variant {
        /** Stray's definition. */
        CANONICAL,
        /** As in the code of pseudo-label probing. */
        PLP,
        /** As in the library pytorch-ood. */
        PYTORCH_OOD,
        /** As in the code of maximum concept matching. */
        MCM
    }

    private static final String ID = "mahalanobis";
    private static final double PYTORCH_OOD_DIAGONAL = 1e-6;

    private static final Option<Mahalanobis, Boolean> NORMALIZE = DoubleRows.normalize(Mahalanobis::normalize);
    private static final Option<Mahalanobis, Double> SHRINKAGE = Covariance.shrinkage(Mahalanobis::shrinkage);
    private static final Option<Mahalanobis, Layer> ON = Headed.layer(Mahalanobis::on);
    private static final Option<Mahalanobis, Variant> VARIANT = Option.choice(
            "variant", Variant.CANONICAL, "covariance and factor of a published code", Mahalanobis::variant);

    static final Method<Mahalanobis> METHOD = new Method<>(
            Mahalanobis.class,
            ID,
            "nearness to the nearest class mean under one shared covariance",
            Needs.FEATURES.withLabels(),
            List.of(NORMALIZE, SHRINKAGE, ON, VARIANT),
            given -> new Mahalanobis(given.get(NORMALIZE), given.get(SHRINKAGE), given.get(ON), given.get(VARIANT)));
    static final Method<Mahalanobis> NORMALIZED = METHOD.alias("mahalanobis++", "on unit rows", NORMALIZE);

    /** Checks the options and that they agree. */
    public Mahalanobis {
        Headed.requireLayer(on, ID);
        Covariance.requireShrinkage(shrinkage, ID, variant, Variant.CANONICAL, "the covariance");
    }

    /** The canonical variant on features, rows as they are, no shrinkage. */
    public Mahalanobis() {
        this(NORMALIZE.absent(), SHRINKAGE.absent(), ON.absent(), VARIANT.absent());
    }

    @Override
    public Needs needs() {
        return Headed.needs(on);
    }

    @Override
    public FittedDetector fit(Training training) {
        return Headed.fit(on, training, ID, this::fitTo);
    }

    private FittedDetector fitTo(FeatureSet training) {
        Labels labels = Inputs.requireLabels(training, ID);
        ClassStatistics classes = ClassStatistics.of(new DoubleRows(training, normalize), labels.toArray(), ID);
        Whitening whitening = covariance(classes).whitening();
        boolean plp = variant == Variant.PLP;
        WhitenedMeans means = WhitenedMeans.of(classes, plp ? classes.withSeveralRows() : classes.all(), whitening);
        return with(training.space(), means, classes.notes(labels, plp));
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return Headed.restore(
                space, state, (layer, learnt) -> with(layer, WhitenedMeans.restore(layer, learnt, ID), List.of()));
    }

    private FittedDetector with(FeatureSpace space, WhitenedMeans means, List<String> notes) {
        var all = new ArrayList<>(notes);
        all.addAll(means.notes("the covariance"));
        return new Fitted(
                this,
                space,
                all,
                means::state,
                samples -> Scores.fromOutlierScores(distances(means, new DoubleRows(samples, normalize))));
    }

    private double[] distances(WhitenedMeans means, DoubleRows rows) {
        double[] distances = means.nearest(rows);
        if (variant == Variant.PYTORCH_OOD || variant == Variant.MCM) {
            for (int i = 0; i < distances.length; i++) {
                distances[i] /= 2;
            }
        }
        return distances;
    }

    private Covariance covariance(ClassStatistics classes) {
        int n = classes.rows().size();
        if (n == 1 && (variant == Variant.PYTORCH_OOD || variant == Variant.MCM)) {
            throw new IllegalArgumentException("mahalanobis: variant=%s divides by n - 1, '%s' has one row"
                    .formatted(Option.word(variant), classes.rows().samples().dataset()));
        }
        return switch (variant) {
            case CANONICAL -> classes.requireVariation(classes.within(n), ID).shrunk(shrinkage);
            case PLP -> classes.requireVariation(classes.meanWithin(), ID);
            case PYTORCH_OOD -> classes.within(n - 1.0).plusDiagonal(PYTORCH_OOD_DIAGONAL);
            case MCM -> classes.requireVariation(classes.total(n - 1.0), ID);
        };
    }
}
