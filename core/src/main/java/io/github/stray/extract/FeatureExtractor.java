// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A frozen network up to some layers. Safe for concurrent use until closed. */
public interface FeatureExtractor extends AutoCloseable {
    /** {@return id of the extractor, for example {@code stray-mini}} */
    String id();

    /**
     * {@return the layers it offers and the space of each} A network with one embedding offers it as {@code features}
     * and as {@code embeddings}.
     */
    Map<Layer, FeatureSpace> layers();

    /**
     * {@return the spaces of some layers by their names, in the order asked for}
     *
     * @param layers layer names
     * @throws IllegalArgumentException if a layer does not exist; the message names those that do
     */
    default SequencedMap<Layer, FeatureSpace> spaces(List<Layer> layers) {
        var spaces = new LinkedHashMap<Layer, FeatureSpace>();
        for (Layer layer : layers) {
            FeatureSpace space = layers().get(layer);
            if (space == null) {
                throw new IllegalArgumentException("extractor %s has no layer '%s'; it has %s"
                        .formatted(id(), layer, Layer.join(layers().keySet())));
            }
            spaces.put(layer, space);
        }
        return spaces;
    }

    /**
     * Extracts a whole dataset as a stream: memory is bounded by the batch, not by the dataset.
     *
     * @param source the images
     * @param options layers, batch size, threads
     * @param sink receives features and failures in the order of the source
     * @throws IOException if the source cannot be opened or the sink fails
     * @throws IllegalArgumentException if a layer does not exist; the message names those that do
     */
    void extract(DatasetSource source, ExtractionOptions options, FeatureSink sink) throws IOException;

    /**
     * Extracts one layer of a dataset into memory.
     *
     * @param source the images
     * @param layer the layer wanted
     * @return features and failures
     * @throws IOException if the source cannot be opened
     */
    default Extraction extract(DatasetSource source, Layer layer) throws IOException {
        return extract(source, ExtractionOptions.of(layer));
    }

    /**
     * Extracts the layer {@code features} of a dataset into memory.
     *
     * @param source the images
     * @return features and failures
     * @throws IOException if the source cannot be opened
     */
    default Extraction extract(DatasetSource source) throws IOException {
        return extract(source, Layer.FEATURES);
    }

    /**
     * Extracts layers of a dataset into memory.
     *
     * @param source the images
     * @param options layers, batch size, threads
     * @return features, the first layer being that of the set and the others its further layers, and failures
     * @throws IOException if the source cannot be opened
     * @throws IllegalArgumentException if a layer does not exist, or the rows of one do not fit one array
     */
    default Extraction extract(DatasetSource source, ExtractionOptions options) throws IOException {
        return extract(source, options, ExtractionListener.NONE);
    }

    /**
     * Extracts layers of a dataset into memory and tells how far it has come.
     *
     * @param source the images
     * @param options layers, batch size, threads
     * @param listener told of rows and failures as they come
     * @return features, the first layer being that of the set and the others its further layers, and failures
     * @throws IOException if the source cannot be opened
     * @throws IllegalArgumentException if a layer does not exist, or the rows of one do not fit one array
     */
    default Extraction extract(DatasetSource source, ExtractionOptions options, ExtractionListener listener)
            throws IOException {
        var collector = new FeatureCollector(spaces(options.layers()));
        extract(source, options, collector.with(listener));
        return collector.extraction(source.name(), source.classNames());
    }

    @Override
    void close();
}
