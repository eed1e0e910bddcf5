// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Keeps one layer of an extraction in memory. Not safe for concurrent use. */
public final class FeatureCollector implements FeatureSink {
    private final String layer;
    private final FeatureSpace space;
    private final List<String> ids = new ArrayList<>();
    private final List<OptionalInt> labels = new ArrayList<>();
    private final List<float[]> chunks = new ArrayList<>();
    private final List<FailedSample> failures = new ArrayList<>();

    /**
     * An empty collection.
     *
     * @param layer the layer to keep
     * @param space its space
     */
    public FeatureCollector(String layer, FeatureSpace space) {
        this.layer = layer;
        this.space = space;
    }

    @Override
    public void accept(FeatureBatch batch) {
        ids.addAll(batch.ids());
        labels.addAll(batch.labels());
        chunks.add(Objects.requireNonNull(batch.layers().get(layer)));
    }

    @Override
    public void failed(FailedSample failed) {
        failures.add(failed);
    }

    /**
     * Number of samples kept.
     *
     * @return rows
     */
    public int rows() {
        return ids.size();
    }

    /**
     * What came in, with labels if every sample has one.
     *
     * @param dataset name of the set
     * @param classNames class names in label order; empty if unknown
     * @return features and failures
     * @throws IllegalArgumentException if the rows do not fit one array
     */
    public Extraction extraction(String dataset, List<String> classNames) {
        long values = (long) ids.size() * space.dimension();
        if (values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d rows of %d dimensions are too many to keep in memory; extract them to a file, which is mapped"
                            .formatted(ids.size(), space.dimension()));
        }
        float[] rows = new float[(int) values];
        int at = 0;
        for (float[] chunk : chunks) {
            System.arraycopy(chunk, 0, rows, at, chunk.length);
            at += chunk.length;
        }
        boolean labelled = !labels.isEmpty() && labels.stream().allMatch(OptionalInt::isPresent);
        Optional<Labels> known = labelled
                ? Optional.of(Labels.of(
                        labels.stream().mapToInt(OptionalInt::getAsInt).toArray(), classNames))
                : Optional.empty();
        FeatureMatrix features = FeatureMatrix.copyOf(rows, ids.size(), space.dimension());
        return new Extraction(new FeatureSet(features, List.copyOf(ids), known, space, dataset), List.copyOf(failures));
    }
}
