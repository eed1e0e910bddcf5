// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.study.cache.FeatureKey;
import io.github.stray.study.suite.SuiteExtractor;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyNetworkTest {
    @TempDir
    Path folder;

    private FeatureKey key(String home, String output) throws IOException {
        Path file = Path.of(Optional.ofNullable(System.getenv("STRAY_SHARED")).orElse("../../shared"))
                .resolve("models/resnet20_cifar10.onnx");
        assumeTrue(Files.exists(file), () -> file + " is missing");
        var network = new NetworkOptions(Map.of(
                NetworkOption.INPUT_SIZE,
                "32",
                NetworkOption.RESIZE,
                "exact:32x32",
                NetworkOption.CROP,
                "none",
                NetworkOption.INTERPOLATION,
                "bilinear",
                NetworkOption.MEAN,
                "0.5,0.5,0.5",
                NetworkOption.STD,
                "0.5,0.5,0.5",
                NetworkOption.OUTPUT,
                output));
        var entry = new SuiteExtractor("net", Optional.of(file), network);
        ModelStore store = ModelStore.at(folder.resolve(home));
        try (StudyNetwork opened = StudyNetwork.of(entry, store, store, Provider.CPU, false)) {
            return opened.key("images");
        }
    }

    @Test
    void key_ofLayersThatAreReadFromOtherTensors_differs() throws IOException {
        FeatureKey key = key("one", "features,logits");
        assertThat(key("two", "features,logits").digest()).isEqualTo(key.digest());
        FeatureKey swapped = key("three", "features=logits,logits=features");
        assertThat(swapped.layers()).isEqualTo(key.layers());
        assertThat(swapped.digest()).isNotEqualTo(key.digest());
    }
}
