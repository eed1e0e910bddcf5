// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.card.ExtractorCard;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Names for groups of images: of words, the one nearest to the images on average; of a network's own classes, the one most
 * images are taken for, of equal ones the first.
 *
 * @param layer what names are read from
 * @param names to choose from
 * @param words embeddings of the names; empty where the layer holds a logit for each
 */
record GroupNames(Layer layer, List<String> names, Optional<ClassEmbeddings> words) {
    static GroupNames ofWords(TextEncoder encoder, List<String> names) throws IOException {
        return new GroupNames(Layer.EMBEDDINGS, names, Optional.of(encoder.classes(names, Templates.PAPER)));
    }

    /** Those of a network that was trained with classes, if their names are known. */
    static Optional<GroupNames> ofClassifier(ExtractorCard card) {
        return card.layers().containsKey(Layer.LOGITS) && !card.classNames().isEmpty()
                ? Optional.of(new GroupNames(Layer.LOGITS, card.classNames(), Optional.empty()))
                : Optional.empty();
    }

    /** The name of some rows. */
    String of(FeatureSet features, int[] rows) {
        FeatureMatrix values = features.layer(layer).orElseThrow().features();
        double[] votes = new double[names.size()];
        for (int row : rows) {
            float[] value = values.row(row);
            if (words.isPresent()) {
                double[] cosines = words.get().cosines(value, 1);
                for (int c = 0; c < votes.length; c++) {
                    votes[c] += cosines[c];
                }
            } else {
                votes[largest(value)]++;
            }
        }
        int best = 0;
        for (int c = 1; c < votes.length; c++) {
            if (votes[c] > votes[best]) {
                best = c;
            }
        }
        return names.get(best);
    }

    private static int largest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
