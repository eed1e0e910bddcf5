// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A score of one row of logits, with nothing to fit: read from a layer of logits, or made from features with a head. */
interface LogitScore extends Detector {
    /** Higher is more in-distribution. Logits are finite, C of them. */
    double score(double[] logits);

    @Override
    default Needs needs() {
        return Needs.LOGITS.unfitted();
    }

    @Override
    default FittedDetector fit(Training training) {
        return Headed.unfitted(training, id(), this::on);
    }

    @Override
    default FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return Headed.restore(space, state, (logits, tensors) -> on(logits));
    }

    private FittedDetector on(FeatureSpace logits) {
        return new FittedDetector() {
            @Override
            public Detector detector() {
                return LogitScore.this;
            }

            @Override
            public FeatureSpace space() {
                return logits;
            }

            @Override
            public Scores score(FeatureSet samples) {
                Inputs.requireSamples(samples, logits, id());
                double[] scores = new double[samples.size()];
                IntStream.range(0, scores.length).parallel().forEach(i -> {
                    float[] row = samples.features().row(i);
                    double[] z = new double[row.length];
                    for (int c = 0; c < z.length; c++) {
                        z[c] = row[c];
                    }
                    scores[i] = LogitScore.this.score(z);
                });
                return Scores.of(scores);
            }

            @Override
            public List<String> notes() {
                return List.of();
            }

            @Override
            public Map<String, Tensor> state() {
                return Map.of();
            }
        };
    }
}
