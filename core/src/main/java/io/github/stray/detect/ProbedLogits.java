// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A score of the logits that a probe, trained by its detector, makes of features. State: the head, as {@link Headed} keeps it. */
record ProbedLogits(Detector detector, LinearHead head, FeatureSpace space, LogitScore score, List<String> notes)
        implements FittedDetector {
    ProbedLogits {
        notes = List.copyOf(notes);
    }

    @Override
    public Scores score(FeatureSet samples) {
        Inputs.requireSamples(samples, space, detector.id());
        return Headed.ofLogits(head, samples, logits -> score.scores(LogitScore.each(logits, score::value)));
    }

    @Override
    public Map<String, Tensor> state() {
        return Headed.state(head);
    }
}
