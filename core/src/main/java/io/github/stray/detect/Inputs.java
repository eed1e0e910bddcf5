// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.probe.LinearHead;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** What every detector demands of its inputs, with one wording. */
final class Inputs {
    private Inputs() {}

    /** Training samples: given, at least one row, all finite. */
    static FeatureSet requireTraining(Training training, String id) {
        FeatureSet samples = training.samples()
                .orElseThrow(() -> new RefusedException(
                        "%s is fitted to training samples, and none were given".formatted(id),
                        Remedy.TRAINING_SAMPLES));
        requireTraining(samples, id);
        return samples;
    }

    static void requireTraining(FeatureSet training, String id) {
        if (training.size() == 0) {
            throw new IllegalArgumentException(
                    "%s needs at least one training row, '%s' has none".formatted(id, training.dataset()));
        }
        training.requireFinite();
    }

    static Labels requireLabels(FeatureSet training, String id) {
        return training.labels()
                .orElseThrow(() -> new RefusedException(
                        "%s needs labels, '%s' has none".formatted(id, training.dataset()), Remedy.LABELS));
    }

    static LinearHead requireHead(Training training, String id) {
        return training.head()
                .orElseThrow(() ->
                        new RefusedException("%s needs a linear head, and none was given".formatted(id), Remedy.HEAD));
    }

    /** A head and the samples it takes. */
    static void requireSuits(LinearHead head, FeatureSet samples) {
        requireSameSpace(samples, head.space(), "the head");
    }

    static ClassEmbeddings requireClasses(Training training, String id) {
        return training.classes()
                .orElseThrow(() -> new RefusedException(
                        "%s needs class embeddings, and none were given".formatted(id), Remedy.CLASS_EMBEDDINGS));
    }

    static NegativeWords requireNegatives(Training training, String id) {
        return training.negatives()
                .orElseThrow(() -> new RefusedException(
                        "%s needs negative words, and none were given".formatted(id), Remedy.NEGATIVE_WORDS));
    }

    /** Samples to score: of the space the detector was fitted in, all finite. */
    static void requireSamples(FeatureSet samples, FeatureSpace fitted, String id) {
        requireSameSpace(samples, fitted, "the detector " + id);
        samples.requireFinite();
    }

    static void requireSameSpace(FeatureSet samples, FeatureSpace fitted, String owner) {
        FeatureSpace space = samples.space();
        if (space.dimension() != fitted.dimension()) {
            throw new IllegalArgumentException(
                    "samples '%s' in %s have dimension %d, %s was fitted in %s to dimension %d"
                            .formatted(samples.dataset(), space, space.dimension(), owner, fitted, fitted.dimension()));
        }
        space.conflictWith(fitted).ifPresent(conflict -> {
            throw new RefusedException(
                    "samples '%s' live in %s, %s was fitted in %s: %s"
                            .formatted(samples.dataset(), space, owner, fitted, conflict),
                    Remedy.SAME_SPACE);
        });
    }

    /** A tensor of a stored state; -1 stands for any extent. */
    static Tensor require(Map<String, Tensor> state, String name, String id, long... shape) {
        Tensor tensor = state.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the state of %s lacks the tensor '%s'; it has %s"
                    .formatted(id, name, state.keySet().stream().sorted().toList()));
        }
        long[] actual = tensor.shape();
        boolean fits = actual.length == shape.length && tensor.type().isFloat();
        for (int i = 0; fits && i < shape.length; i++) {
            fits = shape[i] == -1 || shape[i] == actual[i];
        }
        if (!fits) {
            throw new IllegalArgumentException("tensor '%s' of %s is %s, expected floating point of shape %s"
                    .formatted(name, id, tensor, Arrays.toString(shape).replace("-1", "any")));
        }
        return tensor;
    }
}
