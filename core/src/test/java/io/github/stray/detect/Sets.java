// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
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
                Optional.of("features"),
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

    static FeatureSet row(FeatureSet set, int i) {
        return set.select(new int[] {i});
    }
}
