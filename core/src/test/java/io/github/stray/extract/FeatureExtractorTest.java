// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FeatureExtractorTest {
    private static final DatasetSource SET = new NoPixels("three", 4, List.of("cat", "dog"));

    private static final FailedSample SPOILT = new FailedSample("spoilt.png", "is cut off");
    private static final FeatureExtractor EXTRACTOR = new TwoLayers(List.of(SPOILT));

    @Test
    void extract_severalLayers_keepsThemAllAndNamesTheFailedSamples() throws IOException {
        Extraction extraction = EXTRACTOR.extract(SET, ExtractionOptions.of(List.of(Layer.LOGITS, Layer.FEATURES)));

        FeatureSet rows = extraction.features();
        assertThat(rows.ids()).containsExactly("a.png", "b.png", "c.png");
        assertThat(rows.dataset()).isEqualTo("three");
        assertThat(rows.labels().orElseThrow().classNames()).containsExactly("cat", "dog");
        assertThat(rows.labels().orElseThrow().get(2)).isEqualTo(1);
        assertThat(rows.space()).isEqualTo(TwoLayers.SPACES.get(Layer.LOGITS));
        assertThat(rows.features().row(1)).containsExactly(4, 5, 6);
        FeatureSet further = rows.layer(Layer.FEATURES).orElseThrow();
        assertThat(further.space()).isEqualTo(TwoLayers.SPACES.get(Layer.FEATURES));
        assertThat(further.features().row(2)).containsExactly(50, 60);
        assertThat(extraction.failed()).containsExactly(SPOILT);
    }

    @Test
    void extract_oneLayer_hasNoOther() throws IOException {
        Extraction extraction = EXTRACTOR.extract(SET);

        assertThat(extraction.features().features().row(0)).containsExactly(10, 20);
        assertThat(extraction.features().layer(Layer.LOGITS)).isEmpty();
    }

    @Test
    void extract_listener_isToldOfRowsAndFailuresInOrder() throws IOException {
        var told = new ArrayList<Object>();

        Extraction extraction = EXTRACTOR.extract(SET, ExtractionOptions.of(Layer.FEATURES), new ExtractionListener() {
            @Override
            public void extracted(int samples) {
                told.add(samples);
            }

            @Override
            public void failed(FailedSample failed) {
                told.add(failed);
            }
        });

        assertThat(told).containsExactly(2, SPOILT, 1);
        assertThat(extraction.failed()).containsExactly(SPOILT);
    }

    @Test
    void extract_layerThatDoesNotExist_namesThoseThatDo() {
        assertThatThrownBy(() -> EXTRACTOR.extract(SET, Layer.PATCHES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("extractor two has no layer 'patches'; it has features, logits");
    }

    @Test
    void spaces_areInTheOrderAskedFor() {
        assertThat(EXTRACTOR.spaces(List.of(Layer.LOGITS, Layer.FEATURES)).keySet())
                .containsExactly(Layer.LOGITS, Layer.FEATURES);
    }

    @Test
    void requireRows_nothingReadable_namesTheInput() {
        var nothing = FeatureSet.of(FeatureMatrix.copyOf(new float[0], 0, 2), "none");

        assertThatThrownBy(() -> new Extraction(nothing, List.of(SPOILT)).requireRows("photos"))
                .isInstanceOf(IOException.class)
                .hasMessage("no image of photos could be read");
    }

    /** Gives three rows in two batches, and failed samples between them. */
    private record TwoLayers(List<FailedSample> spoilt) implements FeatureExtractor {
        static final Map<Layer, FeatureSpace> SPACES = new LinkedHashMap<>();

        static {
            SPACES.put(Layer.FEATURES, FeatureSpace.unknown(2));
            SPACES.put(Layer.LOGITS, FeatureSpace.unknown(3));
        }

        @Override
        public String id() {
            return "two";
        }

        @Override
        public Map<Layer, FeatureSpace> layers() {
            return SPACES;
        }

        @Override
        public void extract(DatasetSource source, ExtractionOptions options, FeatureSink sink) throws IOException {
            sink.accept(new FeatureBatch(
                    List.of("a.png", "b.png"),
                    List.of(OptionalInt.of(0), OptionalInt.of(0)),
                    Map.of(Layer.FEATURES, new float[] {10, 20, 30, 40}, Layer.LOGITS, new float[] {1, 2, 3, 4, 5, 6
                    })));
            for (FailedSample failed : spoilt) {
                sink.failed(failed);
            }
            sink.accept(new FeatureBatch(
                    List.of("c.png"),
                    List.of(OptionalInt.of(1)),
                    Map.of(Layer.FEATURES, new float[] {50, 60}, Layer.LOGITS, new float[] {7, 8, 9})));
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
