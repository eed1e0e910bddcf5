// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.io.IOException;

/** Receives features in the order of the dataset, from one thread. */
public interface FeatureSink {
    /**
     * Takes the next features.
     *
     * @param batch features of the next samples
     * @throws IOException if they cannot be stored; extraction ends
     */
    void accept(FeatureBatch batch) throws IOException;

    /**
     * Told of a sample that could not be read. It has no row.
     *
     * @param failed the sample and the reason
     * @throws IOException to end the extraction
     */
    void failed(FailedSample failed) throws IOException;

    /**
     * {@return a sink that passes everything on to this one and tells a listener of it}
     *
     * @param listener told of a failed sample before this sink, and of extracted ones after it
     */
    default FeatureSink with(ExtractionListener listener) {
        FeatureSink sink = this;
        return new FeatureSink() {
            @Override
            public void accept(FeatureBatch batch) throws IOException {
                sink.accept(batch);
                listener.extracted(batch.ids().size());
            }

            @Override
            public void failed(FailedSample failed) throws IOException {
                listener.failed(failed);
                sink.failed(failed);
            }
        };
    }
}
