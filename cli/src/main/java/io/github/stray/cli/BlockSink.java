// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import java.io.IOException;
import java.util.SequencedMap;

/** Gathers batches into blocks that are worth scoring at once. */
final class BlockSink implements FeatureSink {
    /** Takes a block. */
    interface BlockConsumer {
        void accept(FeatureSet block) throws IOException;
    }

    private final SequencedMap<String, FeatureSpace> layers;
    private final DatasetSource source;
    private final int size;
    private final BlockConsumer consumer;
    private FeatureCollector block;

    BlockSink(SequencedMap<String, FeatureSpace> layers, DatasetSource source, int size, BlockConsumer consumer) {
        this.layers = layers;
        this.source = source;
        this.size = size;
        this.consumer = consumer;
        this.block = new FeatureCollector(layers);
    }

    @Override
    public void accept(FeatureBatch batch) throws IOException {
        block.accept(batch);
        if (block.rows() >= size) {
            flush();
        }
    }

    @Override
    public void failed(FailedSample failed) {
        // a failed sample has no row
    }

    void flush() throws IOException {
        if (block.rows() > 0) {
            consumer.accept(block.extraction(source.name(), source.classNames()).features());
            block = new FeatureCollector(layers);
        }
    }
}
