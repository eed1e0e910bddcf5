// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.preprocess.Arithmetic;
import io.github.stray.vision.preprocess.Preprocessing;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProcessorsTest {
    private static ProcessorSteps read(String settings, String type, boolean five) throws InvalidCardException {
        return Processors.read(JsonNode.parse(settings, "settings", InvalidCardException::new), type, five);
    }

    static Stream<JsonObject> cases() {
        return Stream.of("4", "5")
                .flatMap(major -> Goldens.cases("../vision/src/test/exports/processors-" + major + ".json").stream()
                        .peek(golden -> golden.put("five", major.equals("5"))));
    }

    /** Every class with every kind of settings: the values of the real class, equal but for the rounding of floats. */
    @ParameterizedTest
    @MethodSource("cases")
    void read_everyClass_givesItsValues(JsonObject golden) throws InvalidCardException {
        JsonObject settings = new JsonObject(golden.getObject("settings"));
        settings.put("image_processor_type", golden.getString("class"));
        String text = JsonWriter.string(settings);
        if (golden.getBoolean("varies", false)) {
            assertThatThrownBy(() -> read(text, "", golden.getBoolean("five")))
                    .isInstanceOf(InvalidCardException.class)
                    .hasMessageContaining("images of many sizes");
            return;
        }
        ProcessorSteps steps = read(text, "", golden.getBoolean("five"));
        Preprocessing preprocessing = steps.options().preprocessing();
        assertThat(List.of(3, preprocessing.height(), preprocessing.width())).isEqualTo(golden.getArray("shape"));
        boolean pillow = steps.followed().contains("Pillow");
        assertThat(pillow)
                .isEqualTo(!golden.getBoolean("five") && !golden.getString("by").endsWith("Fast"));
        Pixels image = Goldens.noise(golden.getInt("width"), golden.getInt("height"), golden.getInt("seed"), false);
        FloatBuffer values = FloatBuffer.allocate(preprocessing.length());
        preprocessing.tensor(preprocessing.prepared(image), values, 0);
        int step = golden.getInt("step");
        for (int i = 0; i < golden.getArray("values").size(); i++) {
            int at = step / 2 + i * step;
            double level = preprocessing.scale()
                    / preprocessing.std().get(at / preprocessing.width() / preprocessing.height());
            double levels = preprocessing.arithmetic() == Arithmetic.UNROUNDED ? 0.05 : 0.01;
            double expected = golden.getArray("values").getDouble(i);
            assertThat((double) values.get(at))
                    .as("value %d", at)
                    .isCloseTo(expected, within(levels * level + 6e-5 * Math.abs(expected)));
        }
    }
}
