// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study;

import io.github.stray.extract.FeatureBatch;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFileWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** Small files of features: Gaussian clusters, one a class. */
public final class TinyFeatures {
    public static final int DIMENSION = 8;

    private TinyFeatures() {}

    /** Writes n rows of three classes whose means lie at {@code centre + 4 e_c}. */
    public static Path write(Path file, int n, double centre, long seed) throws IOException {
        return write(file, n, centre, seed, "tiny", List.of("red", "green", "blue"));
    }

    /** The same by another extractor, of other class names. */
    public static Path write(Path file, int n, double centre, long seed, String extractor, List<String> classNames)
            throws IOException {
        var space = new FeatureSpace(
                Optional.of(extractor),
                Optional.of(Layer.FEATURES.id()),
                DIMENSION,
                Optional.of("none"),
                Optional.of("ab".repeat(32)),
                Optional.empty());
        var random = new Random(seed);
        try (FeatureFileWriter writer = FeatureFileWriter.create(
                file,
                Map.of(Layer.FEATURES, space),
                classNames,
                file.getFileName().toString(),
                new Provenance(Map.of()))) {
            var ids = new ArrayList<String>();
            var labels = new ArrayList<OptionalInt>();
            float[] rows = new float[n * DIMENSION];
            for (int i = 0; i < n; i++) {
                ids.add(file.getFileName() + "/" + i);
                labels.add(OptionalInt.of(i % 3));
                for (int t = 0; t < DIMENSION; t++) {
                    rows[i * DIMENSION + t] = (float) (centre + (t == i % 3 ? 4 : 0) + random.nextGaussian());
                }
            }
            writer.accept(new FeatureBatch(ids, labels, Map.of(Layer.FEATURES, rows)));
            writer.commit();
        }
        return file;
    }

    /** A suite of features in a folder: an ID set, a near and a far OOD set. */
    public static String suite(String detectors) {
        return """
                name: tiny
                title: Tiny clusters
                sets:
                  train: {features: train.safetensors}
                  test: {features: test.safetensors}
                  near: {features: near.safetensors}
                  far: {features: far.safetensors}
                pairs:
                  - {name: clusters, train: train, test: test, near: [near], far: [far]}
                detectors: %s
                published:
                  - {pair: clusters, ood: far, detector: knn, extractor: their net, auroc: 0.9, source: "A. Author, 2020"}
                """.formatted(detectors);
    }

    /** Writes the sets of {@link #suite}. */
    public static void writeAll(Path folder) throws IOException {
        write(folder.resolve("train.safetensors"), 90, 0, 1);
        write(folder.resolve("test.safetensors"), 45, 0, 2);
        write(folder.resolve("near.safetensors"), 40, 1, 3);
        write(folder.resolve("far.safetensors"), 30, 5, 4);
    }
}
