// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A score of one row of logits, with nothing to fit: read from a layer of logits, or made from features with a head. */
interface LogitScore extends BuiltIn {
    /** The value of one row; {@link #scores} says which way it grows. Logits are finite, C of them. */
    double value(double[] logits);

    /** The scores of some rows: their values, unless those grow with strangeness. */
    default Scores scores(double[] values) {
        return Scores.of(values);
    }

    /** Refuses logits of so many classes if the options do not suit them. */
    default void requireSuits(int classes) {}

    @Override
    default FittedDetector fit(Training training) {
        return Headed.unfitted(training, id(), this::on);
    }

    @Override
    default FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return Headed.restore(space, state, (logits, tensors) -> on(logits));
    }

    /** The scores of samples, their features being logits. */
    default Scores scores(FeatureSet samples) {
        double[] values = new double[samples.size()];
        Parallel.each(0, values.length, true, i -> values[i] = value(row(samples, i)));
        return scores(values);
    }

    /** The logits of one sample. */
    static double[] row(FeatureSet samples, int i) {
        float[] row = samples.features().row(i);
        double[] logits = new double[row.length];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = row[c];
        }
        return logits;
    }

    private FittedDetector on(FeatureSpace logits) {
        requireSuits(logits.dimension());
        return new Fitted(this, logits, List.of(), Map::of, this::scores);
    }
}
