// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.LinearProbe;
import io.github.stray.probe.PseudoLabels;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Pseudo-label probing: each training image is labelled with the class name nearest to it, {@code argmax_c cos(x, t_c)} on
 * its embedding; a linear probe is trained on those labels and the features, which may be another layer; a score of its
 * logits is the score. No label is read.
 *
 * <h2>Options</h2>
 *
 * Those of {@link LinearProbing}: {@code score}, {@code temperature}, {@code solver}, {@code epochs}, {@code batch}, {@code
 * seed}.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Of equal cosines the lower class counts; a zero embedding has cosine 0 with all and gets class 0. Classes that no image is
 * nearest to stay classes of the probe, without rows. One class is refused. Training samples need the layer {@code
 * embeddings} beside their features, samples to be scored do not. Notes say how the pseudo-labels are spread, and how many
 * agree with the labels where there are any; see {@link PseudoLabels}.
 *
 * <h2>Cost</h2>
 *
 * C * e multiply-adds a training row, and the training of {@link LinearProbe}. A sample: d * C. State: the probe, as in {@link
 * LinearProbing}; the class embeddings are not kept.
 *
 * <h2>Source</h2>
 *
 * Adaloglou et al., TMLR 2024 (arXiv 2303.05828).
 *
 * @param scoring how the probe is trained and scored
 */
public record Plp(ProbeScoring scoring) implements BuiltIn {
    private static final String ID = "plp";

    static final Method<Plp> METHOD = new Method<>(
            Plp.class,
            ID,
            "score of the logits of a linear probe trained on the nearest class names",
            Needs.FEATURES.withClasses().andTrainingLayer(Layer.EMBEDDINGS),
            ProbeScoring.options(Plp::scoring),
            given -> new Plp(ProbeScoring.of(given)));

    /** The paper's recipe with its largest softmax probability. */
    public Plp() {
        this(new ProbeScoring(ProbeScoring.Score.MSP));
    }

    @Override
    public FittedDetector fit(Training training) {
        FeatureSet samples = Inputs.requireTraining(training, ID);
        ClassEmbeddings classes = Inputs.requireClasses(training, ID);
        if (classes.classes() < 2) {
            throw new IllegalArgumentException("plp needs at least two classes, the class embeddings have one");
        }
        FeatureSet embeddings = embeddings(samples);
        FeatureSpace images = Language.space(training.with(embeddings), classes, ID);
        PseudoLabels pseudo = PseudoLabels.of(embeddings, new ClassEmbeddings(classes.rows(), classes.names(), images));
        return scoring.fit(this, samples.withLabels(pseudo.labels()), "pseudo-label", notes(pseudo));
    }

    private static FeatureSet embeddings(FeatureSet samples) {
        return samples.layer(Layer.EMBEDDINGS)
                .orElseThrow(() -> new RefusedException(
                        "plp needs the layer 'embeddings' of its training samples, '%s' has %s; give a file with both"
                                .formatted(
                                        samples.dataset(),
                                        samples.further().isEmpty()
                                                ? "none"
                                                : samples.further().keySet()),
                        Remedy.LAYERS,
                        "features,embeddings"));
    }

    private static List<String> notes(PseudoLabels pseudo) {
        List<Integer> histogram = pseudo.histogram();
        int largest = histogram.indexOf(Collections.max(histogram));
        int n = pseudo.labels().size();
        var notes = new ArrayList<>(pseudo.notes());
        notes.add("the most frequent pseudo-label is '%s': %d of %d"
                .formatted(pseudo.labels().nameOf(largest), histogram.get(largest), n));
        pseudo.accuracy()
                .ifPresent(
                        accuracy -> notes.add("%d of %d pseudo-labels agree with the labels, which were not trained on"
                                .formatted(Math.round(accuracy * n), n)));
        return notes;
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return scoring.restore(this, space, state);
    }
}
