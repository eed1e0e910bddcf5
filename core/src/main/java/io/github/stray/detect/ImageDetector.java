// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;

/**
 * A calibrated detector behind the network that its features come from: images in, detections out. Safe for concurrent use
 * until the extractor is closed.
 */
public final class ImageDetector {
    private final CalibratedDetector detector;
    private final FeatureExtractor extractor;
    private final SequencedMap<Layer, FeatureSpace> spaces;

    private ImageDetector(
            CalibratedDetector detector, FeatureExtractor extractor, SequencedMap<Layer, FeatureSpace> spaces) {
        this.detector = detector;
        this.extractor = extractor;
        this.spaces = spaces;
    }

    /**
     * {@return a detector and an extractor, joined}
     *
     * @param detector what judges
     * @param extractor the network it was fitted with; stays the caller's to close
     * @throws IllegalArgumentException if the extractor lacks a layer that the detector reads, or the detector was fitted
     *     in another space
     */
    public static ImageDetector of(CalibratedDetector detector, FeatureExtractor extractor) {
        SequencedMap<Layer, FeatureSpace> spaces =
                spaces(extractor, detector.fitted().layers());
        spaces.firstEntry().getValue().conflictWith(detector.fitted().space()).ifPresent(conflict -> {
            throw new RefusedException(
                    "the detector was fitted in another feature space than %s gives: %s"
                            .formatted(extractor.id(), conflict),
                    Remedy.SAME_SPACE);
        });
        return new ImageDetector(detector, extractor, spaces);
    }

    /**
     * {@return a detector and an extractor whose features the caller vouches for, joined}
     *
     * @param detector what judges
     * @param extractor a network whose features have the dimension the detector was fitted in; stays the caller's to close
     * @throws IllegalArgumentException if the extractor lacks a layer that the detector reads
     */
    public static ImageDetector assumingSameSpace(CalibratedDetector detector, FeatureExtractor extractor) {
        SequencedMap<Layer, FeatureSpace> spaces =
                spaces(extractor, detector.fitted().layers());
        spaces.replaceAll((layer, known) -> known.forgetOrigin());
        return new ImageDetector(detector, extractor, spaces);
    }

    /**
     * {@return the layers that a detector reads, as an extractor offers them, in the order given}
     *
     * @param extractor the network
     * @param layers what {@link Needs} or {@link FittedDetector#layers()} name
     * @throws IllegalArgumentException if the extractor lacks one; the message names those it has
     */
    public static SequencedMap<Layer, FeatureSpace> spaces(FeatureExtractor extractor, List<Layer> layers) {
        for (Layer layer : layers) {
            if (!extractor.layers().containsKey(layer)) {
                boolean head = layer == Layer.LOGITS && extractor.layers().containsKey(Layer.FEATURES);
                throw new RefusedException(
                        "the detector reads the layer '%s'; extractor %s has only %s%s"
                                .formatted(
                                        layer,
                                        extractor.id(),
                                        Layer.join(extractor.layers().keySet()),
                                        head ? "; a linear head on the features gives logits" : ""),
                        head ? Remedy.HEAD : Remedy.NONE);
            }
        }
        return extractor.spaces(layers);
    }

    /**
     * Judges images as a stream: memory is bounded by a block of 1,024 samples, not by their number.
     *
     * @param images what to judge
     * @param neighbours nearest training samples wanted for each, 0 to the size of the gallery
     * @param batch images per inference call at most, at least 1
     * @param threads threads in all, at least 1
     * @param sink receives one detection for each readable image, in order
     * @param listener told of every image: of failed ones, which have no detection, with their reason
     * @throws IOException if the images cannot be opened or the sink fails
     * @throws IllegalArgumentException if a feature is not finite, the dimension is not the detector's, or more neighbours
     *     are wanted than there are
     */
    public void detect(
            DatasetSource images,
            int neighbours,
            int batch,
            int threads,
            DetectionSink sink,
            ExtractionListener listener)
            throws IOException {
        var blocks = new Blocks(images, neighbours, sink);
        var options = new ExtractionOptions(List.copyOf(spaces.keySet()), batch, threads);
        extractor.extract(images, options, blocks.with(listener));
        blocks.flush();
    }

    /** Gathers batches into blocks that are worth scoring at once. */
    private final class Blocks implements FeatureSink {
        private final DatasetSource images;
        private final int neighbours;
        private final DetectionSink sink;
        private FeatureCollector block = new FeatureCollector(spaces);

        Blocks(DatasetSource images, int neighbours, DetectionSink sink) {
            this.images = images;
            this.neighbours = neighbours;
            this.sink = sink;
        }

        @Override
        public void accept(FeatureBatch batch) throws IOException {
            block.accept(batch);
            if (block.rows() >= CalibratedDetector.BLOCK) {
                flush();
            }
        }

        @Override
        public void failed(FailedSample failed) {
            // the listener is told
        }

        void flush() throws IOException {
            if (block.rows() > 0) {
                sink.accept(detector.detect(
                        block.extraction(images.name(), images.classNames()).features(), neighbours));
                block = new FeatureCollector(spaces);
            }
        }
    }
}
