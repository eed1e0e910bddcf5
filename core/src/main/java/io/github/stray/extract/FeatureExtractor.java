// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.FeatureSpace;
import java.io.IOException;
import java.util.Map;

/** A frozen network up to some layers. Safe for concurrent use until closed. */
public interface FeatureExtractor extends AutoCloseable {
    /**
     * Id of the extractor, for example {@code stray-mini}.
     *
     * @return the id
     */
    String id();

    /**
     * The layers it offers and the space of each. A network with one embedding offers it as {@code features} and as
     * {@code embeddings}.
     *
     * @return layer name to space
     */
    Map<String, FeatureSpace> layers();

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
    default Extraction extract(DatasetSource source, String layer) throws IOException {
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
        return extract(source, "features");
    }

    /**
     * Extracts the first layer of the options into memory.
     *
     * @param source the images
     * @param options layer, batch size, threads
     * @return features and failures
     * @throws IOException if the source cannot be opened
     */
    default Extraction extract(DatasetSource source, ExtractionOptions options) throws IOException {
        String layer = options.layers().getFirst();
        FeatureSpace space = layers().get(layer);
        if (space == null) {
            throw new IllegalArgumentException("extractor %s has no layer '%s'; it has %s"
                    .formatted(id(), layer, String.join(", ", layers().keySet())));
        }
        var collector = new FeatureCollector(layer, space);
        extract(source, options, collector);
        return collector.extraction(source.name(), source.classNames());
    }

    @Override
    void close();
}
