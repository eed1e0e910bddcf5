// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.preprocess.Preprocessing;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that do not fill the input, as timm and open_clip prepare them. */
class BordersTest {
    static Stream<JsonObject> cases() {
        return Goldens.cases("../vision/src/test/exports/borders.json").stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pixels_ofEveryMode_areTheLibrarys(JsonObject golden) throws InvalidCardException {
        JsonNode<InvalidCardException> settings =
                JsonNode.parse(JsonWriter.string(golden.getObject("settings")), "settings", InvalidCardException::new);
        NetworkOptions options = golden.getString("library").equals("timm")
                ? TimmFolder.pixels(settings)
                : PhotoServerPair.pixels(
                        JsonNode.parse("{\"vision_cfg\": {}}", "config", InvalidCardException::new), settings);
        Preprocessing preprocessing = options.preprocessing();
        assertThat(List.of(3, preprocessing.height(), preprocessing.width())).isEqualTo(golden.getArray("shape"));
        Pixels image = Goldens.noise(golden.getInt("width"), golden.getInt("height"), golden.getInt("seed"), false);
        FloatBuffer values = FloatBuffer.allocate(preprocessing.length());
        preprocessing.tensor(preprocessing.prepared(image), values, 0);
        int step = golden.getInt("step");
        for (int i = 0; i < golden.getArray("values").size(); i++) {
            double expected = golden.getArray("values").getDouble(i);
            assertThat((double) values.get(step / 2 + i * step))
                    .as("value %d", i)
                    .isCloseTo(expected, within(6e-5 * Math.abs(expected) + 1e-5));
        }
    }
}
