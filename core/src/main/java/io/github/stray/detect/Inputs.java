// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.probe.LinearHead;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** What every detector demands of its inputs, with one wording. */
final class Inputs {
    private Inputs() {}

    /** Training samples: given, at least one row, all finite. */
    static FeatureSet requireTraining(Training training, String id) {
        FeatureSet samples = training.samples()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s is fitted to training samples, and none were given (stray fit: -f TRAIN, or -m MODEL -i INPUT)"
                                .formatted(id)));
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
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s needs labels, '%s' has none; give them with --labels, or take knn, which needs none"
                                .formatted(id, training.dataset())));
    }

    static LinearHead requireHead(Training training, String id) {
        return training.head()
                .orElseThrow(() -> new IllegalArgumentException(
                        ("%s needs a linear head, and none was given (stray fit: --head HEAD; 'stray probe -f TRAIN -o"
                                        + " HEAD.safetensors' trains one)")
                                .formatted(id)));
    }

    /** A head and the samples it takes. */
    static void requireSuits(LinearHead head, FeatureSet samples) {
        requireSameSpace(samples, head.space(), "the head");
    }

    static ClassEmbeddings requireClasses(Training training, String id) {
        return training.classes()
                .orElseThrow(() -> new IllegalArgumentException(
                        ("%s needs class embeddings, and none were given (stray fit: -m MODEL --classes FILE with one class"
                                        + " name a line, or --class-embeddings T.safetensors; 'stray text -m MODEL"
                                        + " --classes FILE -o T.safetensors' makes them)")
                                .formatted(id)));
    }

    static NegativeWords requireNegatives(Training training, String id) {
        return training.negatives()
                .orElseThrow(() -> new IllegalArgumentException(
                        ("%s needs negative words, and none were given (stray fit: --negatives FILE, with -m MODEL a text"
                                        + " with one word a line, or N.safetensors, a tensor 'embeddings' [N, e] of their"
                                        + " text embeddings)")
                                .formatted(id)));
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
            throw new IllegalArgumentException(
                    ("samples '%s' live in %s, %s was fitted in %s: %s; if both are the same space all the same,"
                                    + " say so with --assume-same-space (in Java: forgetOrigin())")
                            .formatted(samples.dataset(), space, owner, fitted, conflict));
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
