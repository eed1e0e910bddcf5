// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.extract.ImageContent.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Pixels against Pillow's, format by format. */
class ImageDecoderGoldenTest {
    /** Largest difference of a byte from Pillow's. */
    private static int tolerance(String format, String name) {
        return switch (format + "/" + name) {
            case "webp/lossy", "webp/lossy_low", "webp/lossy_alpha" -> 75;
            case "webp/lossy_grey" -> 6;
            case "tiff/palette" -> 1;
            default -> 0;
        };
    }

    @TestFactory
    List<DynamicTest> decode_everyFormatAndMode_equalsPillow() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        for (String format : List.of("jpeg", "png", "gif", "bmp", "webp", "tiff")) {
            JsonObject golden =
                    JsonParser.object().from(Files.readString(Path.of("..", "golden", "image", format + ".json")));
            for (Object element : golden.getArray("cases")) {
                JsonObject one = (JsonObject) element;
                String name = one.getString("name");
                tests.add(DynamicTest.dynamicTest(format + "/" + name, () -> check(one, tolerance(format, name))));
            }
        }
        assertThat(tests).hasSizeGreaterThan(70);
        return tests;
    }

    private static void check(JsonObject one, int tolerance) throws Exception {
        Pixels pixels = ImageDecoder.decode(Base64.getDecoder().decode(one.getString("file")));
        assertThat(pixels.width()).isEqualTo(one.getInt("width"));
        assertThat(pixels.height()).isEqualTo(one.getInt("height"));
        byte[] expected = Base64.getDecoder().decode(one.getString("rgb"));
        int largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs((expected[i] & 0xFF) - (pixels.rgb()[i] & 0xFF)));
        }
        assertThat(largest).as("largest difference").isLessThanOrEqualTo(tolerance);
    }
}
