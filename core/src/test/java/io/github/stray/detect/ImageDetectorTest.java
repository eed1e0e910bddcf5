// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.extract.NoPixels;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.remedy.Remedy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageDetectorTest {
    private static final DatasetSource SET = new NoPixels("set", 2501, List.of());

    private static final FeatureSpace SPACE = space("net");
    private static final FailedSample SPOILT = new FailedSample("spoilt.png", "is cut off");

    private final FeatureSet images = rows(2500, 7);
    private final CalibratedDetector detector = CalibratedDetector.fit(Detectors.parse("knn"), rows(60, 1));

    private static FeatureSpace space(String extractor) {
        return new FeatureSpace(
                Optional.of(extractor),
                Optional.of(Layer.FEATURES.id()),
                2,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static FeatureSet rows(int n, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[2 * n];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(0.1, 1);
        }
        return FeatureSet.of(FeatureMatrix.copyOf(values, n, 2), "set").withSpace(SPACE);
    }

    @Test
    void detect_isWhatTheDetectorSaysOfTheFeatures_inBlocks() throws IOException {
        var blocks = new ArrayList<Integer>();
        var detections = new ArrayList<Detection>();

        ImageDetector.of(detector, new Rows(images, SPACE))
                .detect(
                        SET,
                        2,
                        100,
                        1,
                        block -> {
                            blocks.add(block.size());
                            detections.addAll(block);
                        },
                        ExtractionListener.NONE);

        assertThat(detections).isEqualTo(detector.detect(images, 2));
        assertThat(blocks).containsExactly(1100, 1100, 300);
    }

    @Test
    void detect_tellsTheListenerOfEveryImage() throws IOException {
        var failed = new ArrayList<FailedSample>();
        int[] extracted = {0};

        ImageDetector.of(detector, new Rows(images, SPACE))
                .detect(SET, 0, 100, 1, block -> {}, new ExtractionListener() {
                    @Override
                    public void extracted(int samples) {
                        extracted[0] += samples;
                    }

                    @Override
                    public void failed(FailedSample sample) {
                        failed.add(sample);
                    }
                });

        assertThat(failed).containsExactly(SPOILT);
        assertThat(extracted[0]).isEqualTo(2500);
    }

    @Test
    void of_anotherSpace_isRefusedUnlessVouchedFor() throws IOException {
        var other = new Rows(images, space("other"));

        assertThatThrownBy(() -> ImageDetector.of(detector, other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the detector was fitted in another feature space than rows gives: ")
                .hasFieldOrPropertyWithValue("remedy", Remedy.SAME_SPACE);

        var detections = new ArrayList<Detection>();
        ImageDetector.assumingSameSpace(detector, other)
                .detect(SET, 0, 100, 1, detections::addAll, ExtractionListener.NONE);
        assertThat(detections).isEqualTo(detector.detect(images, 0));
    }

    @Test
    void spaces_layerThatIsAbsent_isNamed() {
        assertThatThrownBy(() -> ImageDetector.spaces(new Rows(images, SPACE), List.of(Layer.LOGITS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the detector reads the layer 'logits'; extractor rows has only features; a linear head on the features gives logits");
    }

    @Test
    void detect_featuresToASink_isTheSameInBlocks() throws IOException {
        var blocks = new ArrayList<Integer>();
        var detections = new ArrayList<Detection>();

        detector.detect(images, 1, block -> {
            blocks.add(block.size());
            detections.addAll(block);
        });

        assertThat(detections).isEqualTo(detector.detect(images, 1));
        assertThat(blocks).containsExactly(1024, 1024, 452);
    }

    /** Gives rows it was made with, a failed sample after the first batch. */
    private record Rows(FeatureSet rows, FeatureSpace space) implements FeatureExtractor {
        @Override
        public String id() {
            return "rows";
        }

        @Override
        public Map<Layer, FeatureSpace> layers() {
            return Map.of(Layer.FEATURES, space);
        }

        @Override
        public void extract(DatasetSource source, ExtractionOptions options, FeatureSink sink) throws IOException {
            for (int from = 0; from < rows.size(); from += options.batch()) {
                int to = Math.min(rows.size(), from + options.batch());
                float[] values = new float[2 * (to - from)];
                rows.features().copyRows(from, to, values, 0);
                sink.accept(new FeatureBatch(
                        rows.ids().subList(from, to),
                        IntStream.range(from, to)
                                .mapToObj(i -> OptionalInt.empty())
                                .toList(),
                        Map.of(Layer.FEATURES, values)));
                if (from == 0) {
                    sink.failed(SPOILT);
                }
            }
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
