// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A score of the cosines of one image embedding with the class embeddings, with nothing to fit. */
interface CosineScore extends Detector {
    /** Higher is more in-distribution. Cosines lie in -1 .. 1, C of them. */
    double score(double[] cosines);

    @Override
    default Needs needs() {
        return Needs.LANGUAGE;
    }

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
        return new FittedDetector() {
            @Override
            public Detector detector() {
                return CosineScore.this;
            }

            @Override
            public FeatureSpace space() {
                return space;
            }

            @Override
            public Scores score(FeatureSet samples) {
                Inputs.requireSamples(samples, space, id());
                int n = samples.size();
                int c = classes.classes();
                int step = Language.blockRows(classes);
                double[] scores = new double[n];
                IntStream.range(0, Math.ceilDiv(n, step)).parallel().forEach(b -> {
                    int from = b * step;
                    int to = Math.min(n, from + step);
                    double[] cosines = Language.cosines(samples, from, to, classes);
                    for (int i = from; i < to; i++) {
                        scores[i] =
                                CosineScore.this.score(Arrays.copyOfRange(cosines, (i - from) * c, (i - from + 1) * c));
                    }
                });
                return Scores.of(scores);
            }

            @Override
            public List<String> notes() {
                return List.of();
            }

            @Override
            public Map<String, Tensor> state() {
                return Language.state(classes);
            }
        };
    }
}
