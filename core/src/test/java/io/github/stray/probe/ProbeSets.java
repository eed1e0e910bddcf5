// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Labelled sets for tests of probes. */
final class ProbeSets {
    static final List<String> NAMES = List.of("ash", "birch", "cedar");

    private ProbeSets() {}

    static FeatureSpace space(int dimension) {
        return new FeatureSpace(
                Optional.of("net"),
                Optional.of(Layer.FEATURES.id()),
                dimension,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Three classes around different means; every row's label is its index modulo 3. */
    static FeatureSet blobs(int n, int d, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n * d];
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < d; t++) {
                values[i * d + t] = (float) (random.nextGaussian() + (t % 3 == i % 3 ? 2 : 0));
            }
        }
        return set(values, IntStream.range(0, n).map(i -> i % 3).toArray(), NAMES);
    }

    static FeatureSet set(float[] values, int[] labels, List<String> names) {
        int n = labels.length;
        int d = values.length / n;
        List<String> ids = IntStream.range(0, n).mapToObj(i -> "sample-" + i).toList();
        return new FeatureSet(
                FeatureMatrix.copyOf(values, n, d), ids, Optional.of(Labels.of(labels, names)), space(d), "set");
    }

    static float[] weights(TrainedProbe probe) {
        return probe.head().weight().toTensor().toFloats();
    }
}
