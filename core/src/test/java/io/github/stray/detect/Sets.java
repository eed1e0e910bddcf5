// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Small feature sets for tests. */
final class Sets {
    static final FeatureSpace SPACE = space("net-a", 5);

    private Sets() {}

    static FeatureSpace space(String extractor, int dimension) {
        return new FeatureSpace(
                Optional.of(extractor),
                Optional.of(Layer.FEATURES.id()),
                dimension,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static FeatureSet of(FeatureSpace space, float... values) {
        FeatureMatrix rows = FeatureMatrix.copyOf(values, values.length / space.dimension(), space.dimension());
        return FeatureSet.of(rows, "set").withSpace(space);
    }

    static FeatureSet labelled(int[] labels, int dimension, float... values) {
        return of(space("net-a", dimension), values).withLabels(Labels.of(labels));
    }

    /** Three classes around different means in {@link #SPACE}; every row's label is its index modulo 3. */
    static FeatureSet blobs(int n, long seed) {
        Random random = new Random(seed);
        int d = SPACE.dimension();
        float[] values = new float[n * d];
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < d; t++) {
                values[i * d + t] = (float) (random.nextGaussian() + (t == i % 3 ? 6 : 0));
            }
        }
        int[] labels = IntStream.range(0, n).map(i -> i % 3).toArray();
        return of(SPACE, values).withLabels(Labels.of(labels));
    }

    /** Rows away from all classes of {@link #blobs}. */
    static FeatureSet strangers(int n, long seed) {
        Random random = new Random(seed);
        int d = SPACE.dimension();
        float[] values = new float[n * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() - (i % d > 2 ? 6 : 2));
        }
        return of(SPACE, values);
    }

    /** A head whose three logits are largest on the three classes of {@link #blobs}. */
    static LinearHead head() {
        float[] weight = new float[3 * SPACE.dimension()];
        for (int c = 0; c < 3; c++) {
            weight[c * SPACE.dimension() + c] = 0.75f;
            weight[c * SPACE.dimension() + 3 + c % 2] = 0.125f * (c + 1);
        }
        return new LinearHead(
                FeatureMatrix.copyOf(weight, 3, SPACE.dimension()),
                new float[] {0.25f, -0.5f, 0},
                Optional.empty(),
                List.of("a", "b", "c"),
                SPACE,
                SeenSamples.UNKNOWN);
    }

    /** Text embeddings near the three classes of {@link #blobs}. */
    static ClassEmbeddings classes() {
        return embeddings(5, 1, 0, 0.5f, 0, 0, 6, 0, 0, 0.25f, 1, 0, 4, 0, 0);
    }

    /** Words, half of them adjectives, mostly away from {@link #classes}. */
    static NegativeWords negatives() {
        Random random = new Random(9);
        int words = 60;
        float[] values = new float[words * SPACE.dimension()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() - (i % SPACE.dimension() > 2 ? 2 : 0));
        }
        return new NegativeWords(
                embeddings(values), IntStream.range(0, words).map(w -> w % 2).toArray());
    }

    private static ClassEmbeddings embeddings(float... values) {
        int e = SPACE.dimension();
        return new ClassEmbeddings(
                FeatureMatrix.copyOf(values, values.length / e, e),
                List.of(),
                new FeatureSpace(
                        SPACE.extractor(),
                        Optional.of("text"),
                        e,
                        Optional.of("l2"),
                        Optional.of("0123"),
                        Optional.empty()));
    }

    static FeatureSet row(FeatureSet set, int i) {
        return set.select(new int[] {i});
    }
}
