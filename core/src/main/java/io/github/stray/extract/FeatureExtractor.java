// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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
        var ids = new ArrayList<String>();
        var labels = new ArrayList<OptionalInt>();
        var failures = new ArrayList<FailedSample>();
        var chunks = new ArrayList<float[]>();
        extract(source, options, new FeatureSink() {
            @Override
            public void accept(FeatureBatch batch) {
                ids.addAll(batch.ids());
                labels.addAll(batch.labels());
                chunks.add(java.util.Objects.requireNonNull(batch.layers().get(layer)));
            }

            @Override
            public void failed(FailedSample failed) {
                failures.add(failed);
            }
        });
        FeatureSpace space = java.util.Objects.requireNonNull(layers().get(layer));
        float[] rows = new float[Math.multiplyExact(ids.size(), space.dimension())];
        int at = 0;
        for (float[] chunk : chunks) {
            System.arraycopy(chunk, 0, rows, at, chunk.length);
            at += chunk.length;
        }
        boolean labelled = !labels.isEmpty() && labels.stream().allMatch(OptionalInt::isPresent);
        Optional<Labels> known = labelled
                ? Optional.of(Labels.of(
                        labels.stream().mapToInt(OptionalInt::getAsInt).toArray(), source.classNames()))
                : Optional.empty();
        return new Extraction(
                new FeatureSet(
                        FeatureMatrix.copyOf(rows, ids.size(), space.dimension()),
                        List.copyOf(ids),
                        known,
                        space,
                        source.name()),
                List.copyOf(failures));
    }

    @Override
    void close();
}
