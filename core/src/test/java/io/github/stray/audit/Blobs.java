// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Labelled clusters around the axes. */
final class Blobs {
    static final int DIMENSION = 8;

    private Blobs() {}

    /** Rows around the axes 0 to C - 1 in turn. */
    static FeatureSet of(long seed, int count, int classes, double spread) {
        var random = new SplittableRandom(seed);
        float[] rows = new float[count * DIMENSION];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % classes;
            for (int j = 0; j < DIMENSION; j++) {
                rows[i * DIMENSION + j] = (float) ((j == labels[i] ? 1 : 0) + spread * random.nextGaussian());
            }
        }
        return set(rows, Optional.of(Labels.of(labels, names(classes))));
    }

    static FeatureSet set(float[] rows, Optional<Labels> labels) {
        int count = rows.length / DIMENSION;
        return new FeatureSet(
                FeatureMatrix.copyOf(rows, count, DIMENSION),
                IntStream.range(0, count).mapToObj(i -> "s" + i).toList(),
                labels,
                FeatureSpace.unknown(DIMENSION),
                "blobs");
    }

    static FeatureSet relabelled(FeatureSet set, int[] labels) {
        return new FeatureSet(
                set.features(),
                set.ids(),
                Optional.of(Labels.of(labels, set.labels().orElseThrow().classNames())),
                set.space(),
                set.dataset());
    }

    static List<String> names(int classes) {
        return IntStream.range(0, classes)
                .mapToObj(c -> "class " + (char) ('a' + c))
                .toList();
    }
}
