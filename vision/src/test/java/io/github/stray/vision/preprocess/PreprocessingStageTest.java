// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.MemoryDataset;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingStageTest {
    private static final Preprocessing PREPROCESSING = new Preprocessing(
            32,
            24,
            new ResizeRule.Shortest(40),
            new CropRule.Center(32, 24),
            Interpolation.BICUBIC,
            Preprocessing.UNIT_SCALE,
            List.of(0.1, 0.2, 0.3),
            List.of(0.4, 0.5, 0.6),
            ChannelOrder.RGB);

    private static final class Collected<T> implements PreparedSink<T> {
        private final List<String> events = new ArrayList<>();
        private final List<T> values = new ArrayList<>();

        @Override
        public void accept(String id, OptionalInt label, T prepared) {
            events.add(id + " " + label.orElse(-1));
            values.add(prepared);
        }

        @Override
        public void failed(FailedSample failed) {
            events.add(failed.id() + ": " + failed.reason());
        }
    }

    private static Pixels image(int i) {
        return Goldens.noise(30 + i, 50 - i, i, false);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void stages_someUnreadable_giveTheImagesInOrderAndNameTheRest(int threads) throws IOException {
        MemoryDataset images = MemoryDataset.of(20, i -> i == 3 ? (Encoded) () -> new byte[0] : image(i));
        var resized = new Collected<byte[]>();
        var tensors = new Collected<float[]>();
        PreprocessingStage.resized(images, PREPROCESSING, threads, resized);
        PreprocessingStage.tensor(images, PREPROCESSING, threads, tensors);
        assertThat(resized.events).hasSize(20).contains("sample-2 2", "sample-4 4", "sample-19 9");
        assertThat(resized.events.get(3)).startsWith("sample-3: ");
        assertThat(tensors.events).isEqualTo(resized.events);
        for (int i = 4; i < 20; i++) {
            Pixels expected = PREPROCESSING.resized(image(i));
            assertThat(resized.values.get(i - 1)).isEqualTo(expected.rgb()).hasSize(24 * 32 * 3);
            float[] tensor = new float[PREPROCESSING.length()];
            PREPROCESSING.tensor(expected, FloatBuffer.wrap(tensor), 0);
            assertThat(tensors.values.get(i - 1)).isEqualTo(tensor);
        }
    }

    @Test
    void tensor_knownPixels_isPlanesOfNormalisedValues() throws IOException {
        Preprocessing plain = new Preprocessing(
                2,
                1,
                new ResizeRule.None(),
                new CropRule.None(),
                Interpolation.NEAREST,
                1,
                List.of(0.0, 100.0, 0.0),
                List.of(1.0, 2.0, 1.0),
                ChannelOrder.BGR);
        var tensors = new Collected<float[]>();
        PreprocessingStage.tensor(
                MemoryDataset.of(2, i -> i == 0 ? new Pixels(2, 1, new byte[] {1, 2, 3, 4, 5, (byte) 200}) : image(i)),
                plain,
                1,
                tensors);
        assertThat(tensors.values).containsExactly(new float[] {3, 200, -49, -47.5f, 1, 4});
        assertThat(tensors.events)
                .containsExactly(
                        "sample-0 0",
                        "sample-1: the image is 31 x 49, the network takes 2 x 1 and its card names no resize");
    }

    @Test
    void stages_noThreads_areRefused() {
        assertThatThrownBy(
                        () -> PreprocessingStage.resized(MemoryDataset.noise(1), PREPROCESSING, 0, new Collected<>()))
                .hasMessage("threads must be at least 1, was 0");
    }
}
