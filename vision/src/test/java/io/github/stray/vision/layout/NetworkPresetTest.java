// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkPresetTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    torchvision:IMAGENET1K_V1 |     | shortest:256 bilinear center:224 224x224 RGB scale 0.00392156862745098 mean [0.485, 0.456, 0.406] std [0.229, 0.224, 0.225]
                    torchvision:IMAGENET1K_V2 |     | shortest:232 bilinear center:224 224x224 RGB scale 0.00392156862745098 mean [0.485, 0.456, 0.406] std [0.229, 0.224, 0.225]
                    keras:caffe               | 160 | exact:160x160 nearest none 160x160 BGR scale 1.0 mean [103.939, 116.779, 123.68] std [1.0, 1.0, 1.0]
                    keras:tf                  | 299 | exact:299x299 nearest none 299x299 RGB scale 0.00784313725490196 mean [1.0, 1.0, 1.0] std [1.0, 1.0, 1.0]
                    keras:torch               | 224 | exact:224x224 nearest none 224x224 RGB scale 0.00392156862745098 mean [0.485, 0.456, 0.406] std [0.229, 0.224, 0.225]
                    ultralytics               |     | shortest:224 bilinear center:224 224x224 RGB scale 0.00392156862745098 mean [0.0, 0.0, 0.0] std [1.0, 1.0, 1.0]
                    ultralytics               | 64  | shortest:64 bilinear center:64 64x64 RGB scale 0.00392156862745098 mean [0.0, 0.0, 0.0] std [1.0, 1.0, 1.0]
                    """)
    void options_everyPreset_isWhatItsLibraryDoes(String id, String size, String description) {
        NetworkOptions options = NetworkPreset.of(id).options(Optional.ofNullable(size));
        assertThat(options.preprocessing().describe()).isEqualTo(description);
    }

    @Test
    void resolved_whatIsSaid_goesBeforeThePreset() {
        NetworkOptions said = NetworkOptions.none()
                .with(NetworkOption.PRESET, "torchvision:IMAGENET1K_V2")
                .with(NetworkOption.INTERPOLATION, "bicubic");
        assertThat(said.resolved(Optional.of("224")).preprocessing().describe())
                .startsWith("shortest:232 bicubic center:224");
        assertThat(NetworkPreset.KERAS_TF.options(Optional.empty()).get(NetworkOption.RESIZE))
                .isEmpty();
    }

    @Test
    void of_unknownName_listsTheNames() {
        assertThatThrownBy(() -> NetworkPreset.of("keras"))
                .hasMessage("unknown preset 'keras', expected one of torchvision:IMAGENET1K_V1,"
                        + " torchvision:IMAGENET1K_V2, keras:caffe, keras:tf, keras:torch, ultralytics");
    }
}
