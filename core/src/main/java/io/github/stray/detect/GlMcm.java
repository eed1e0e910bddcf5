// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Global-local maximum concept matching: {@code s = max_c softmax(cos(x, t_c) / T)_c + lambda max_{p,c} softmax(cos(x_p,
 * t_c) / T)_c}, x the embedding of an image and x_p those of its patches, in (0, 1 + lambda]. An image whose one part
 * matches a class is then in-distribution, whatever the rest of it shows. There is no logit scale.
 *
 * <h2>Options</h2>
 *
 * {@code temperature=T}, above 0, default 1; {@code lambda}, at least 0, default 1. With {@code lambda=0} the score is that
 * of {@link Mcm}.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * One class gives {@code 1 + lambda} for every sample. A zero row, of image or patch, has cosine 0 with every class, so its
 * share is 1/C. Samples without patches, patches of another extractor or dimension, NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * {@code (1 + P) C e} multiply-adds a sample of P patches; one sample's patches are in memory at a time and thread. State:
 * {@code classes} {@code [C x e]}.
 *
 * <h2>Source</h2>
 *
 * Miyai et al., GL-MCM: Global and Local Maximum Concept Matching for Zero-Shot Out-of-Distribution Detection, IJCV 2025
 * (arXiv 2304.04521).
 *
 * @param temperature T, above 0
 * @param lambda weight of the patches, at least 0
 */
public record GlMcm(double temperature, double lambda) implements BuiltIn {
    private static final String ID = "glmcm";
    private static final Option<GlMcm, Double> TEMPERATURE =
            Softmax.temperature("cosines are divided by it", GlMcm::temperature);
    private static final Option<GlMcm, Double> LAMBDA =
            Option.number("lambda", 1, "at least 0", "weight of the patches", GlMcm::lambda);

    static final Method<GlMcm> METHOD = new Method<>(
            GlMcm.class,
            ID,
            "largest softmax share of a class name, of the image and of its patches",
            Needs.LANGUAGE.andLayer(Layer.PATCHES),
            List.of(TEMPERATURE, LAMBDA),
            given -> new GlMcm(given.get(TEMPERATURE), given.get(LAMBDA)));

    /** Checks the numbers. */
    public GlMcm {
        Softmax.requireTemperature(temperature, ID);
        boolean holds = lambda >= 0 && lambda < Double.POSITIVE_INFINITY;
        Option.require(holds, ID, "lambda", "be at least 0 and finite", lambda);
    }

    /** Temperature 1, lambda 1. */
    public GlMcm() {
        this(TEMPERATURE.absent(), LAMBDA.absent());
    }

    @Override
    public FittedDetector fit(Training training) {
        ClassEmbeddings classes = Inputs.requireClasses(training, ID);
        return with(Language.space(training, classes, ID), classes);
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return with(space, Language.classes(space, state, ID));
    }

    private FittedDetector with(FeatureSpace space, ClassEmbeddings classes) {
        return new Fitted(this, space, List.of(), () -> Language.state(classes), samples -> {
            Tensor patches = patches(samples, space);
            double[] scores = new double[samples.size()];
            IntStream.range(0, scores.length)
                    .parallel()
                    .forEach(i -> scores[i] = largestShare(samples.features().row(i), 1, classes)
                            + lambda * patchShare(samples, patches, i, classes));
            return Scores.of(scores);
        });
    }

    private double patchShare(FeatureSet samples, Tensor patches, int sample, ClassEmbeddings classes) {
        int e = classes.dimension();
        int count = Math.toIntExact(patches.shape()[1]);
        float[] rows = new float[Math.multiplyExact(count, e)];
        patches.copyFloats((long) sample * rows.length, rows, 0, rows.length);
        for (int i = 0; i < rows.length; i++) {
            if (!Float.isFinite(rows[i])) {
                throw new IllegalArgumentException(
                        "patch %d of sample '%s' of '%s' holds %s at dimension %d; expected finite numbers"
                                .formatted(i / e, samples.ids().get(sample), samples.dataset(), rows[i], i % e));
            }
        }
        return largestShare(rows, count, classes);
    }

    /** The largest share of a class in the softmax of a row, over some rows. */
    private double largestShare(float[] rows, int count, ClassEmbeddings classes) {
        int c = classes.classes();
        double[] cosines = classes.cosines(rows, count);
        double[] row = new double[c];
        double largest = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(cosines, i * c, row, 0, c);
            largest = Math.max(largest, Softmax.largest(row, temperature));
        }
        return largest;
    }

    private static Tensor patches(FeatureSet samples, FeatureSpace space) {
        FeatureLayer layer = samples.further().get(Layer.PATCHES);
        if (layer == null) {
            throw new RefusedException(
                    "glmcm reads the layer patches beside embeddings, and '%s' lacks it; it has %s; extract both"
                            .formatted(
                                    samples.dataset(),
                                    samples.further().isEmpty()
                                            ? "no further layer"
                                            : samples.further().keySet().stream()
                                                    .map(Layer::id)
                                                    .sorted()
                                                    .toList()),
                    Remedy.LAYERS,
                    "embeddings,patches");
        }
        long[] shape = layer.rows().shape();
        int e = space.dimension();
        if (shape.length != 3 || shape[1] == 0 || shape[2] != e) {
            throw new IllegalArgumentException("the patches of '%s' are %s, expected [%d, P, %d] with P at least 1"
                    .formatted(samples.dataset(), layer.rows(), samples.size(), e));
        }
        layer.space().besideText().conflictWith(space).ifPresent(conflict -> {
            throw new IllegalArgumentException("the patches of '%s' live in %s, the detector glmcm was fitted in %s: %s"
                    .formatted(samples.dataset(), layer.space(), space, conflict));
        });
        return layer.rows();
    }
}
