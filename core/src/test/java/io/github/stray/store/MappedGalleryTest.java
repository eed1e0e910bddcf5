// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.Gallery;
import io.github.stray.detect.Knn;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.tensor.ElementType;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gallery in a mapped file gives the bits that the same rows give on the heap. */
class MappedGalleryTest {
    private static final int ROWS = 3001;
    private static final int DIMENSION = 37;

    @TempDir
    Path folder;

    private static float[] halves(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Float.float16ToFloat(Float.floatToFloat16((float) random.nextGaussian()));
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "F32"})
    void mappedRows_neighboursAndScores_equalHeapRows(ElementType type) throws Exception {
        float[] values = halves(ROWS * DIMENSION, 1);
        Path file = folder.resolve("gallery.npy");
        try (NpyWriter writer = NpyWriter.create(file, type, DIMENSION)) {
            writer.floats(values, 0, values.length);
            writer.commit();
        }
        FeatureMatrix mapped = FeatureMatrix.of(Npy.read(file));
        assertThat(mapped.storage()).isEqualTo(type);
        FeatureMatrix heap = FeatureMatrix.copyOf(values, ROWS, DIMENSION);
        FeatureMatrix queries = FeatureMatrix.copyOf(halves(101 * DIMENSION, 2), 101, DIMENSION);
        assertThat(new Gallery(mapped, FeatureSet.rowNumbers(ROWS)).nearest(queries, 5))
                .isEqualTo(new Gallery(heap, FeatureSet.rowNumbers(ROWS)).nearest(queries, 5));
        FeatureSet samples = FeatureSet.of(queries, "queries");
        for (boolean normalize : new boolean[] {true, false}) {
            Knn knn = new Knn(3, Knn.Aggregate.MEAN, Knn.Distance.EUCLIDEAN, normalize, Knn.Variant.CANONICAL);
            assertThat(knn.fit(Training.of(FeatureSet.of(mapped, "mapped")))
                            .score(samples)
                            .toArray())
                    .containsExactly(knn.fit(Training.of(FeatureSet.of(heap, "heap")))
                            .score(samples)
                            .toArray());
        }
    }
}
