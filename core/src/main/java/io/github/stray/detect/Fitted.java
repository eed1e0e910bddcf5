// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A detector fitted by one of the methods here: what the method learnt and how it scores.
 *
 * @param detector the method and its options
 * @param space where the training features lived
 * @param layers of a sample that are read
 * @param notes what a user should know about the fit
 * @param learnt the tensors of {@link #state()}, made when they are asked for
 * @param scoring the scores of samples of the space, all finite
 */
record Fitted(
        Detector detector,
        FeatureSpace space,
        List<Layer> layers,
        List<String> notes,
        Supplier<Map<String, Tensor>> learnt,
        Function<FeatureSet, Scores> scoring)
        implements FittedDetector {
    Fitted {
        layers = List.copyOf(layers);
        notes = List.copyOf(notes);
    }

    /** Reads the layers that the detector needs. */
    Fitted(
            Detector detector,
            FeatureSpace space,
            List<String> notes,
            Supplier<Map<String, Tensor>> learnt,
            Function<FeatureSet, Scores> scoring) {
        this(detector, space, detector.needs().layers(), notes, learnt, scoring);
    }

    @Override
    public Scores score(FeatureSet samples) {
        Inputs.requireSamples(samples, space, detector.id());
        return scoring.apply(samples);
    }

    @Override
    public Map<String, Tensor> state() {
        return learnt.get();
    }
}
