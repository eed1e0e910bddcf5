// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** What the methods on image and class embeddings share: whose space it is, blocks of rows, the stored classes. */
final class Language {
    static final String CLASSES = "classes";
    private static final int BLOCK_VALUES = 1 << 20;

    private Language() {}

    /** The space of the image embeddings: that of the samples where there are any, which must go with the text's. */
    static FeatureSpace space(Training training, ClassEmbeddings classes, String id) {
        FeatureSpace text = classes.space().besideText();
        return training.samples()
                .map(samples -> {
                    Inputs.requireTraining(samples, id);
                    Inputs.requireSameSpace(samples, text, "the class embeddings of " + id);
                    return samples.space();
                })
                .orElse(text);
    }

    static Map<String, Tensor> state(ClassEmbeddings classes) {
        return Map.of(CLASSES, classes.rows().toTensor());
    }

    static ClassEmbeddings classes(FeatureSpace space, Map<String, Tensor> state, String id) {
        Tensor rows = Inputs.require(state, CLASSES, id, -1, space.dimension());
        return new ClassEmbeddings(FeatureMatrix.of(rows), List.of(), space.besideText());
    }

    /** Rows per block, so that neither the rows nor their cosines take much memory. */
    static int blockRows(ClassEmbeddings classes) {
        return Math.max(1, BLOCK_VALUES / Math.max(classes.dimension(), classes.classes()));
    }

    /** Cosines {@code [to - from x C]} of some samples with the classes. */
    static double[] cosines(FeatureSet samples, int from, int to, ClassEmbeddings classes) {
        float[] rows = new float[(to - from) * classes.dimension()];
        samples.features().copyRows(from, to, rows, 0);
        return classes.cosines(rows, to - from);
    }
}
