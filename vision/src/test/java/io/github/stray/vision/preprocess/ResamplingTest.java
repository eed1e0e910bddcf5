// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonObject;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.Goldens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplingTest {
    static List<JsonObject> cases() {
        return Goldens.cases("preprocess/resize.json");
    }

    static List<JsonObject> tall() {
        return document().getArray("cases").stream().map(JsonObject.class::cast).toList();
    }

    private static JsonObject document() {
        return Goldens.read("../vision/src/test/images/tall.json");
    }

    @Test
    void pillow_theVersionThatIsFollowed_madeTheValuesOfTallImages() {
        assertThat(document().getObject("oracle").getString("version")).startsWith(Resampling.PILLOW + ".");
    }

    @ParameterizedTest
    @MethodSource("tall")
    void resize_tallImages_givesThatPillowsBytes(JsonObject golden) {
        resize_anySizes_givesPillowsBytes(golden);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void resize_anySizes_givesPillowsBytes(JsonObject golden) {
        Pixels image = Goldens.noise(
                golden.getInt("width"), golden.getInt("height"), golden.getInt("seed"), golden.getBoolean("binary"));
        Pixels resized = Resampling.resize(
                image,
                golden.getInt("to_width"),
                golden.getInt("to_height"),
                Interpolation.of(golden.getString("interpolation")));
        if (golden.has("bytes")) {
            byte[] expected = new byte[golden.getArray("bytes").size()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = (byte) golden.getArray("bytes").getInt(i);
            }
            assertThat(resized.rgb()).containsExactly(expected);
        }
        assertThat(Goldens.crc32(resized.rgb())).isEqualTo(golden.getLong("crc32"));
    }

    @ParameterizedTest
    @EnumSource
    void window_insideTheResizedImage_isThatPartOfIt(Interpolation interpolation) {
        Pixels image = Goldens.noise(61, 147, 3, true);
        for (int[] size :
                new int[][] {{80, 190}, {80, 40}, {20, 31}, {20, 130}, {61, 90}, {61, 190}, {20, 147}, {61, 147}}) {
            Pixels whole = Resampling.resize(image, size[0], size[1], interpolation);
            Pixels window = Resampling.window(image, size[0], size[1], interpolation, 5, 9, 13, 17);
            assertPart(window, whole);
            Arithmetic other = Arithmetic.TORCHVISION;
            whole = Resampling.window(image, size[0], size[1], interpolation, other, 0, 0, size[0], size[1]);
            assertPart(Resampling.window(image, size[0], size[1], interpolation, other, 5, 9, 13, 17), whole);
        }
    }

    private static void assertPart(Pixels window, Pixels whole) {
        for (int y = 0; y < 17; y++) {
            for (int x = 0; x < 39; x++) {
                assertThat(window.rgb()[39 * y + x]).isEqualTo(whole.rgb()[3 * ((y + 9) * whole.width() + 5) + x]);
            }
        }
    }

    @Test
    void window_outsideTheResizedImage_isRefused() {
        Pixels image = Goldens.noise(4, 4, 0, false);
        assertThatThrownBy(() -> Resampling.window(image, 8, 8, Interpolation.BOX, 1, 0, 8, 8))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Resampling.resize(image, 0, 8, Interpolation.BOX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 x 1 pixels, asked for 0 x 8");
    }

    @Test
    void of_unknownName_listsTheNames() {
        assertThatThrownBy(() -> Interpolation.of("cubic"))
                .hasMessage(
                        "unknown interpolation 'cubic', expected one of nearest, nearest-exact, box, bilinear, bicubic, lanczos");
    }
}
