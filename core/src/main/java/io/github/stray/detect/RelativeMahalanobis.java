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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Mahalanobis distance to the nearest class mean, less that to the overall mean: {@code s(x) = -min_c [d_c(x) - d_0(x)]},
 * with {@code d_c(x) = (x - mu_c)' S^+ (x - mu_c)}, S the pooled within-class covariance (sum of class scatters / n), and
 * {@code d_0(x) = (x - mu)' T^+ (x - mu)}, mu the mean and T the total covariance (divisor n) of all rows. What makes a
 * sample unusual among all rows alike then does not count against each class again.
 *
 * <h2>Options</h2>
 *
 * {@code normalize=true} scales rows to unit length first (a zero row stays zero); the id {@code relative-mahalanobis++}
 * is an alias for that. {@code on=logits} reads the layer logits, or makes them with a head. {@code shrinkage=a} replaces
 * S by {@code (1 - a) S + a tr(S)/d I}, and T likewise by its own trace.
 *
 * <p>{@code variant=plp}: S is the unweighted mean of the class covariances, each with divisor n_c - 1, and T has divisor
 * n - 1. Classes with one sample are left out of S and of the minimum; mu and T are of all rows. A variant fixes S and T,
 * so shrinkage other than 0 is refused with it.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Labels are required. A class without training rows has no mean and takes no part. S^+ and T^+ are symmetric
 * pseudo-inverses, each with its own cut: directions whose eigenvalue lies below {@code d * 2^-52 * lambda_max} are
 * dropped, and a note says how many. If S is zero, as when every class has one sample, fitting is refused. With one class
 * S = T and every score is 0. No rows, NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * Double throughout: twice d * d multiply-adds a training row, 2 d * r + C * r a sample. State, all F64: {@code center}
 * {@code [d]}, {@code whitening} {@code [r x d]}, {@code whitened_means} {@code [C x r]}, {@code total_whitening}
 * {@code [r0 x d]}; r and r0 are the ranks of S and T.
 *
 * <h2>Source</h2>
 *
 * Ren et al., A Simple Fix to Mahalanobis Distance for Improving Near-OOD Detection (arXiv 2106.09022); normalised rows:
 * Mueller and Hein, Mahalanobis++, ICML 2025 (arXiv 2505.18032). The variant: the code of Adaloglou et al. (arXiv
 * 2303.05828).
 *
 * @param normalize whether rows are scaled to unit length first
 * @param shrinkage share of the isotropic covariance, 0 to 1
 * @param on layer that is read: features or logits
 * @param variant formula
 */
public record RelativeMahalanobis(boolean normalize, double shrinkage, Layer on, Variant variant) implements BuiltIn {
    /** Formula. */
    public enum Variant {
        /** Stray's definition. */
        CANONICAL,
        /** As in the code of pseudo-label probing. */
        PLP
    }

    private static final String ID = "relative-mahalanobis";
    private static final String TOTAL_WHITENING = "total_whitening";

    private static final Option<RelativeMahalanobis, Boolean> NORMALIZE =
            DoubleRows.normalize(RelativeMahalanobis::normalize);
    private static final Option<RelativeMahalanobis, Double> SHRINKAGE =
            Covariance.shrinkage(RelativeMahalanobis::shrinkage);
    private static final Option<RelativeMahalanobis, Layer> ON = Headed.layer(RelativeMahalanobis::on);
    private static final Option<RelativeMahalanobis, Variant> VARIANT = Option.choice(
            "variant", Variant.CANONICAL, "covariances of a published code", RelativeMahalanobis::variant);

    static final Method<RelativeMahalanobis> METHOD = new Method<>(
            RelativeMahalanobis.class,
            ID,
            "nearness to the nearest class mean, less that to the mean of all",
            Needs.FEATURES.withLabels(),
            List.of(NORMALIZE, SHRINKAGE, ON, VARIANT),
            given -> new RelativeMahalanobis(
                    given.get(NORMALIZE), given.get(SHRINKAGE), given.get(ON), given.get(VARIANT)));
    static final Method<RelativeMahalanobis> NORMALIZED =
            METHOD.alias("relative-mahalanobis++", "on unit rows", NORMALIZE);

    /** Checks the options and that they agree. */
    public RelativeMahalanobis {
        Headed.requireLayer(on, ID);
        Covariance.requireShrinkage(shrinkage, ID, variant, Variant.CANONICAL, "the covariances");
    }

    /** The canonical variant on features, rows as they are, no shrinkage. */
    public RelativeMahalanobis() {
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
        int n = training.size();
        boolean plp = variant == Variant.PLP;
        ClassStatistics classes = ClassStatistics.of(new DoubleRows(training, normalize), labels.toArray(), ID);
        Covariance within = classes.requireVariation(plp ? classes.meanWithin() : classes.within(n), ID);
        Covariance total = classes.total(plp ? n - 1.0 : n);
        WhitenedMeans means = WhitenedMeans.of(
                classes,
                plp ? classes.withSeveralRows() : classes.all(),
                within.shrunk(shrinkage).whitening());
        WhitenedMeans overall =
                WhitenedMeans.ofCenter(classes.center(), total.shrunk(shrinkage).whitening());
        return with(training.space(), means, overall, classes.notes(labels, plp));
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return Headed.restore(space, state, this::restoreOn);
    }

    private FittedDetector restoreOn(FeatureSpace space, Map<String, Tensor> state) {
        WhitenedMeans means = WhitenedMeans.restore(space, state, ID);
        Whitening total = WhitenedMeans.whitening(space, state, TOTAL_WHITENING, ID);
        return with(space, means, WhitenedMeans.ofCenter(means.center(), total), List.of());
    }

    private FittedDetector with(FeatureSpace space, WhitenedMeans means, WhitenedMeans overall, List<String> notes) {
        var all = new ArrayList<>(notes);
        all.addAll(means.notes("the covariance"));
        all.addAll(overall.notes("the total covariance"));
        return new Fitted(
                this,
                space,
                all,
                () -> {
                    var state = new LinkedHashMap<>(means.state());
                    state.put(TOTAL_WHITENING, overall.whiteningTensor());
                    return state;
                },
                samples -> Scores.fromOutlierScores(differences(means, overall, new DoubleRows(samples, normalize))));
    }

    private static double[] differences(WhitenedMeans means, WhitenedMeans overall, DoubleRows rows) {
        double[] distances = means.nearest(rows);
        double[] background = overall.nearest(rows);
        for (int i = 0; i < distances.length; i++) {
            distances[i] -= background[i];
        }
        return distances;
    }
}
