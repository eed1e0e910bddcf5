// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** Keeps layers of an extraction in memory. Not safe for concurrent use. */
public final class FeatureCollector implements FeatureSink {
    private final Map<Layer, FeatureSpace> layers;
    private final List<String> ids = new ArrayList<>();
    private final List<OptionalInt> labels = new ArrayList<>();
    private final Map<Layer, List<float[]>> chunks = new LinkedHashMap<>();
    private final List<FailedSample> failures = new ArrayList<>();

    /**
     * An empty collection of one layer.
     *
     * @param layer the layer to keep
     * @param space its space
     */
    public FeatureCollector(Layer layer, FeatureSpace space) {
        this(new LinkedHashMap<>(Map.of(layer, space)));
    }

    /**
     * An empty collection of several layers.
     *
     * @param layers the layers to keep with their spaces; the first becomes the features of the set, the others its
     *     further layers
     */
    public FeatureCollector(SequencedMap<Layer, FeatureSpace> layers) {
        this.layers = new LinkedHashMap<>(layers);
        layers.keySet().forEach(layer -> chunks.put(layer, new ArrayList<>()));
    }

    @Override
    public void accept(FeatureBatch batch) {
        ids.addAll(batch.ids());
        labels.addAll(batch.labels());
        chunks.forEach(
                (layer, kept) -> kept.add(Objects.requireNonNull(batch.layers().get(layer))));
    }

    @Override
    public void failed(FailedSample failed) {
        failures.add(failed);
    }

    /** {@return the number of samples kept} */
    public int rows() {
        return ids.size();
    }

    /**
     * {@return what came in, with labels if every sample has one, and the failures}
     *
     * @param dataset name of the set
     * @param classNames class names in label order; empty if unknown
     * @throws IllegalArgumentException if the rows do not fit one array
     */
    public Extraction extraction(String dataset, List<String> classNames) {
        boolean labelled = !labels.isEmpty() && labels.stream().allMatch(OptionalInt::isPresent);
        Optional<Labels> known = labelled
                ? Optional.of(Labels.of(
                        labels.stream().mapToInt(OptionalInt::getAsInt).toArray(), classNames))
                : Optional.empty();
        Layer first = layers.keySet().iterator().next();
        FeatureSpace space = Objects.requireNonNull(layers.get(first));
        var set = new FeatureSet(FeatureMatrix.of(rows(first)), List.copyOf(ids), known, space, dataset);
        for (var layer : layers.entrySet()) {
            if (!layer.getKey().equals(first)) {
                set = set.with(layer.getKey(), new FeatureLayer(rows(layer.getKey()), layer.getValue()));
            }
        }
        return new Extraction(set, List.copyOf(failures));
    }

    private Tensor rows(Layer layer) {
        int d = Objects.requireNonNull(layers.get(layer)).dimension();
        List<float[]> kept = Objects.requireNonNull(chunks.get(layer));
        long values = kept.stream().mapToLong(chunk -> chunk.length).sum();
        if (values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d rows of layer '%s' hold %d numbers, too many to keep in memory; extract them to a file, which is mapped"
                            .formatted(ids.size(), layer, values));
        }
        float[] rows = new float[(int) values];
        int at = 0;
        for (float[] chunk : kept) {
            System.arraycopy(chunk, 0, rows, at, chunk.length);
            at += chunk.length;
        }
        int n = ids.size();
        return layer == Layer.PATCHES
                ? Tensor.ofFloats(rows, n, n == 0 ? 1 : values / n / d, d)
                : Tensor.ofFloats(rows, n, d);
    }
}
