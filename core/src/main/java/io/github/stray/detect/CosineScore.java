// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A score of the cosines of one image embedding with the class embeddings, with nothing to fit. */
interface CosineScore extends BuiltIn {
    /** Higher is more in-distribution. Cosines lie in -1 .. 1, C of them. */
    double score(double[] cosines);

    @Override
    default FittedDetector fit(Training training) {
        ClassEmbeddings classes = Inputs.requireClasses(training, id());
        return with(classes, Language.space(training, classes, id()));
    }

    @Override
    default FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return with(Language.classes(space, state, id()), space);
    }

    private FittedDetector with(ClassEmbeddings classes, FeatureSpace space) {
        return new Fitted(
                this, space, List.of(), () -> Language.state(classes), samples -> Scores.of(scores(samples, classes)));
    }

    private double[] scores(FeatureSet samples, ClassEmbeddings classes) {
        int c = classes.classes();
        double[] scores = new double[samples.size()];
        Parallel.blocks(scores.length, Language.blockRows(classes), true, (from, to) -> {
            double[] cosines = Language.cosines(samples, from, to, classes);
            for (int i = from; i < to; i++) {
                scores[i] = score(Arrays.copyOfRange(cosines, (i - from) * c, (i - from + 1) * c));
            }
        });
        return scores;
    }
}
