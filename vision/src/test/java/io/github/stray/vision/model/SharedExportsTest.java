// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        "convnext-fast-crop, odd, 2",
        "pillow-13-tall, tall, 2"
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

    @Test
    void add_perceiver_isRefusedByName() {
        SharedData.require("cases/exports/perceiver-crop-first");
        assertThatThrownBy(() -> add("perceiver-crop-first")).hasMessageContaining("PerceiverImageProcessor cuts");
    }
}
