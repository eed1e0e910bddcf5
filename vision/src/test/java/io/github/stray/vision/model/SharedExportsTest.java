// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Layer;
import io.github.stray.vision.MemoryDataset;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.onnx.OnnxExtractor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of real exporters, and the levels that the real processors make of an image. */
class SharedExportsTest {
    @TempDir
    private Path home;

    private StoredModel add(String folder) throws IOException {
        Path model = SharedData.require("cases/exports/" + folder).resolve("model");
        return new ModelInstaller(ModelStore.at(home)).add(model.toString(), AddOptions.none());
    }

    @ParameterizedTest
    @CsvSource({
        "absent-key-is-class-default, wide, 0",
        "efficientnet-include-top, wide, 0",
        "levit-shortest-edge, wide, 0",
        "poolformer-crop-pct, wide, 0",
        "convnext-fast-crop, odd, 0",
        "pillow-13-tall, tall, 0"
    })
    void add_foldersOfProcessors_seeTheirLevels(String folder, String image, int most) throws IOException {
        Path place = SharedData.require("cases/exports/" + folder);
        Pixels seen = add(folder)
                .card()
                .preprocessing()
                .resized(ImageDecoder.decode(Files.readAllBytes(place.resolve("images/" + image + ".png"))));
        byte[] file = Files.readAllBytes(place.resolve("expected-levels-of-" + image + ".npy"));
        byte[] expected = Arrays.copyOfRange(file, file.length - seen.rgb().length, file.length);
        int plane = seen.width() * seen.height();
        for (int i = 0; i < expected.length; i++) {
            int difference = (seen.rgb()[3 * (i % plane) + i / plane] & 0xff) - (expected[i] & 0xff);
            assertThat(Math.abs(difference)).isLessThanOrEqualTo(most);
        }
    }

    /** Values of three images through the whole of it; those of a Fast class differ by its levels. */
    @ParameterizedTest
    @CsvSource({
        "absent-key-is-class-default, LOGITS, 1e-4",
        "efficientnet-include-top, LOGITS, 1e-4",
        "levit-shortest-edge, LOGITS, 1e-4",
        "poolformer-crop-pct, LOGITS, 1e-4",
        "convnext-fast-crop, LOGITS, 1e-3",
        "timm-folder, LOGITS, 1e-3",
        "base-dinov3-vit, FEATURES, 1e-3"
    })
    void extract_threeImages_givesTheLibrarysValues(String folder, Layer layer, double tolerance) throws IOException {
        Path place = SharedData.require("cases/exports/" + folder);
        String rows = Files.readString(place.resolve("expected.json"));
        String third = rows.contains("odd.png") ? "odd" : "square";
        ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(
                        place.resolve("expected-" + layer.name().toLowerCase(Locale.ROOT) + ".npy")))
                .order(ByteOrder.LITTLE_ENDIAN);
        MemoryDataset images = MemoryDataset.of(
                3, i -> decoded(place, List.of("wide", "tall", third).get(i)));
        try (OnnxExtractor extractor = add(folder).open()) {
            FeatureMatrix features = extractor.extract(images, layer).features().features();
            int length = 3 * features.dimension() * Float.BYTES;
            expected.position(expected.limit() - length);
            for (int i = 0; i < 3; i++) {
                for (float value : features.row(i)) {
                    assertThat((double) value).isCloseTo(expected.getFloat(), within(tolerance));
                }
            }
        }
    }

    private static Pixels decoded(Path place, String image) {
        try {
            return ImageDecoder.decode(Files.readAllBytes(place.resolve("images/" + image + ".png")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void add_perceiver_isRefusedByName() {
        SharedData.require("cases/exports/perceiver-crop-first");
        assertThatThrownBy(() -> add("perceiver-crop-first")).hasMessageContaining("PerceiverImageProcessor cuts");
    }
}
