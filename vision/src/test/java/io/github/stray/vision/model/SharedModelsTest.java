// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.feature.Layer;
import io.github.stray.vision.MemoryDataset;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.card.ReferenceFeatures;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedModelsTest {
    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mobilenetv2_imagenet_int8_feat | 224 | shortest:256 | center:224 | features,logits=output | 1280 | 1000
                    mobilenet_v1_025_imagenet      | 224 | shortest:256 | center:224 | features,logits        | 256  | 1000
                    resnet56_cifar10               | 32  | exact:32x32  | none       | features,logits        | 64   | 10
                    """)
    void add_pretrainedNetworks_offerTheirLayers(
            String name, String size, String resize, String crop, String output, int features, int logits)
            throws IOException {
        String network = SharedData.require("models/" + name + ".onnx").toString();
        NetworkOptions options = new NetworkOptions(Map.of(
                NetworkOption.INPUT_SIZE,
                size,
                NetworkOption.RESIZE,
                resize,
                NetworkOption.CROP,
                crop,
                NetworkOption.INTERPOLATION,
                "bilinear",
                NetworkOption.MEAN,
                "0.485,0.456,0.406",
                NetworkOption.STD,
                "0.229,0.224,0.225",
                NetworkOption.OUTPUT,
                output));
        ModelStore store = ModelStore.at(home);
        StoredModel added = new ModelInstaller(store)
                .add(network, new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), options));
        assertThat(added.card().reference().orElseThrow().tolerance())
                .isEqualTo(name.contains("int8") ? ReferenceFeatures.QUANTISED : ReferenceFeatures.ROUNDING);
        try (OnnxExtractor extractor = store.find(name).open()) {
            MemoryDataset images = MemoryDataset.noise(5);
            for (var layer : List.of(Layer.FEATURES, Layer.LOGITS, Layer.EMBEDDINGS)) {
                Extraction one = extractor.extract(images, new ExtractionOptions(List.of(layer), 1, 1));
                Extraction all = extractor.extract(images, new ExtractionOptions(List.of(layer), 5, 2));
                assertThat(all.features().features().dimension()).isEqualTo(layer == Layer.LOGITS ? logits : features);
                for (int i = 0; i < 5; i++) {
                    float[] expected = one.features().features().row(i);
                    float[] actual = all.features().features().row(i);
                    for (int j = 0; j < expected.length; j++) {
                        assertThat(actual[j]).isCloseTo(expected[j], within(1e-4f));
                    }
                }
            }
        }
    }
}
