// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Features of a set of samples: rows, ids, labels where known, and the space they live in. Immutable.
 *
 * @param features rows {@code [n x d]}
 * @param ids n stable sample ids; copied unless immutable, see {@link IdView#copyOf}
 * @param labels n labels, where known
 * @param space where the rows live; its dimension is that of the rows
 * @param dataset name of the set, for messages and reports
 * @param further other layers of the same samples by name, such as {@code embeddings} or {@code patches}; often none
 */
public record FeatureSet(
        FeatureMatrix features,
        List<String> ids,
        Optional<Labels> labels,
        FeatureSpace space,
        String dataset,
        Map<Layer, FeatureLayer> further) {

    private static final int BLOCK = 1024;

    /** Checks that the parts agree. */
    public FeatureSet {
        ids = IdView.copyOf(ids);
        if (ids.size() != features.rows()) {
            throw new IllegalArgumentException(
                    "%d ids for %d feature rows of '%s'".formatted(ids.size(), features.rows(), dataset));
        }
        if (labels.isPresent() && labels.get().size() != features.rows()) {
            throw new IllegalArgumentException("%d labels for %d feature rows of '%s'"
                    .formatted(labels.get().size(), features.rows(), dataset));
        }
        if (space.dimension() != features.dimension()) {
            throw new IllegalArgumentException("feature rows of '%s' have dimension %d, their space %s says %d"
                    .formatted(dataset, features.dimension(), space, space.dimension()));
        }
        further = Map.copyOf(further);
        for (var layer : further.entrySet()) {
            if (layer.getValue().rows().shape()[0] != features.rows()) {
                throw new IllegalArgumentException("layer '%s' %s for the %d samples of '%s'"
                        .formatted(layer.getKey(), layer.getValue().rows(), features.rows(), dataset));
            }
        }
    }

    /**
     * A set with one layer.
     *
     * @param features rows {@code [n x d]}
     * @param ids n stable sample ids
     * @param labels n labels, where known
     * @param space where the rows live
     * @param dataset name of the set
     */
    public FeatureSet(
            FeatureMatrix features, List<String> ids, Optional<Labels> labels, FeatureSpace space, String dataset) {
        this(features, ids, labels, space, dataset, Map.of());
    }

    /**
     * Features of which nothing but the numbers is known: ids are the row numbers, the space is unknown.
     *
     * @param features rows
     * @param dataset name of the set
     * @return the set
     */
    public static FeatureSet of(FeatureMatrix features, String dataset) {
        return new FeatureSet(
                features,
                rowNumbers(features.rows()),
                Optional.empty(),
                FeatureSpace.unknown(features.dimension()),
                dataset);
    }

    /**
     * {@return row numbers as ids, {@code "0", "1", ..}, computed when asked for}
     *
     * @param rows number of rows
     */
    public static List<String> rowNumbers(int rows) {
        return new IdView(rows, Integer::toString);
    }

    /**
     * {@return the same set with other labels}
     *
     * @param replacement n labels
     */
    public FeatureSet withLabels(Labels replacement) {
        return new FeatureSet(features, ids, Optional.of(replacement), space, dataset, further);
    }

    /**
     * {@return the same set with other ids}
     *
     * @param replacement n sample ids; copied unless immutable, see {@link IdView#copyOf}
     */
    public FeatureSet withIds(List<String> replacement) {
        return new FeatureSet(features, replacement, labels, space, dataset, further);
    }

    /** {@return the same set without labels} */
    public FeatureSet withoutLabels() {
        return new FeatureSet(features, ids, Optional.empty(), space, dataset, further);
    }

    /**
     * {@return the same set with a further layer of its samples}
     *
     * @param name name of the layer, such as {@code embeddings}
     * @param layer its rows, one a sample
     * @throws IllegalArgumentException if the number of rows differs
     */
    public FeatureSet with(Layer name, FeatureLayer layer) {
        var layers = new LinkedHashMap<>(further);
        layers.put(name, layer);
        return new FeatureSet(features, ids, labels, space, dataset, layers);
    }

    /**
     * A further layer as a set of its own.
     *
     * @param name name of the layer
     * @return the same samples, ids and labels with that layer's rows; empty if the set does not have it
     * @throws IllegalArgumentException if the layer is not {@code [n x d]}
     */
    public Optional<FeatureSet> layer(Layer name) {
        return Optional.ofNullable(further.get(name))
                .map(layer -> new FeatureSet(FeatureMatrix.of(layer.rows()), ids, labels, layer.space(), dataset));
    }

    /**
     * {@return the same set in another space of the same dimension}
     *
     * @param replacement the space
     */
    public FeatureSet withSpace(FeatureSpace replacement) {
        return new FeatureSet(features, ids, labels, replacement, dataset, further);
    }

    /**
     * {@return the same set with nothing known of its spaces but their dimensions, those of further layers too: used
     * where the user vouches for it}
     */
    public FeatureSet forgetOrigin() {
        var layers = new LinkedHashMap<Layer, FeatureLayer>();
        further.forEach((name, layer) ->
                layers.put(name, new FeatureLayer(layer.rows(), layer.space().forgetOrigin())));
        return new FeatureSet(features, ids, labels, space.forgetOrigin(), dataset, layers);
    }

    /**
     * Sets one after another, copied into memory. Ids stay as they are, also where two sets have the same. Labels are those
     * of all sets, joined by class name, and are left out where a set has none; further layers are those that all sets have.
     * What only some sets know of their space is unknown of the whole.
     *
     * @param first the first set, whose name the whole gets
     * @param others further sets
     * @return all samples in order
     * @throws IllegalArgumentException if two sets come from different spaces, or one has class names and another has
     *     labels without names
     */
    public static FeatureSet concat(FeatureSet first, FeatureSet... others) {
        return new Concatenation(first, List.of(others)).set();
    }

    /** {@return the number of samples n} */
    public int size() {
        return features.rows();
    }

    /**
     * {@return a view of some samples in the given order}
     *
     * @param indices sample indices
     */
    public FeatureSet select(int[] indices) {
        List<String> all = ids;
        int[] rows = indices.clone();
        List<String> picked = new IdView(rows.length, index -> all.get(rows[index]));
        var layers = new LinkedHashMap<Layer, FeatureLayer>();
        further.forEach(
                (name, layer) -> layers.put(name, new FeatureLayer(layer.rows().selectRows(rows), layer.space())));
        return new FeatureSet(
                features.select(rows), picked, labels.map(known -> known.select(rows)), space, dataset, layers);
    }

    /**
     * Reads every row once and makes sure that it holds numbers. Further layers are not read.
     *
     * @return this set
     * @throws IllegalArgumentException if a value is NaN or infinite; the message names the sample
     */
    public FeatureSet requireFinite() {
        int d = features.dimension();
        int block = Math.max(1, Math.min(BLOCK, (1 << 22) / d));
        float[] rows = new float[Math.min(block, Math.max(1, size())) * d];
        for (int from = 0; from < size(); from += block) {
            int to = Math.min(size(), from + block);
            features.copyRows(from, to, rows, 0);
            for (int i = 0; i < (to - from) * d; i++) {
                if (!Float.isFinite(rows[i])) {
                    throw new IllegalArgumentException(
                            "feature row %d of '%s' (sample '%s') holds %s at dimension %d; expected finite numbers"
                                    .formatted(from + i / d, dataset, ids.get(from + i / d), rows[i], i % d));
                }
            }
        }
        return this;
    }

    /** {@return name, size and space; neither rows nor ids} */
    @Override
    public String toString() {
        return "FeatureSet['%s', %d x %d, %s, %s%s]"
                .formatted(
                        dataset,
                        size(),
                        features.dimension(),
                        labels.map(known -> known.classCount() + " classes").orElse("no labels"),
                        space,
                        further.isEmpty()
                                ? ""
                                : ", also "
                                        + Layer.join(further.keySet().stream()
                                                .sorted()
                                                .toList()));
    }
}
