// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Colours and alpha of files of every kind against Pillow's, and the files that Pillow refuses. */
class WebpGoldenTest {
    @TestFactory
    List<DynamicTest> decode_everyKindOfFile_equalsPillow() throws Exception {
        String text = Files.readString(Path.of("..", "golden", "image", "webp-files.json"));
        var tests = new ArrayList<DynamicTest>();
        for (Object element : JsonParser.object().from(text).getArray("cases")) {
            JsonObject one = (JsonObject) element;
            byte[] file = Base64.getDecoder().decode(one.getString("file"));
            tests.add(DynamicTest.dynamicTest(one.getString("name"), () -> {
                if (one.getBoolean("refused", false)) {
                    assertThatThrownBy(() -> ImageDecoder.decode(file))
                            .isInstanceOf(IOException.class)
                            .hasMessageMatching("damaged WebP file: its? .*");
                } else {
                    Pixels pixels = ImageDecoder.decode(file);
                    assertThat(pixels.width()).isEqualTo(one.getInt("width"));
                    assertThat(pixels.height()).isEqualTo(one.getInt("height"));
                    assertThat(sha256(pixels.rgb())).as("colours").isEqualTo(one.getString("rgb_sha256"));
                    assertThat(sha256(alpha(file))).as("alpha").isEqualTo(one.getString("alpha_sha256"));
                }
            }));
        }
        assertThat(tests).hasSizeGreaterThan(75);
        return tests;
    }

    /** The opacity of the canvas: beside the frame it is transparent. */
    private static byte[] alpha(byte[] file) throws IOException {
        WebpFile parsed = WebpFile.parse(file);
        WebpFrame frame = parsed.frame();
        byte[] plane = new byte[frame.width() * frame.height()];
        if (frame.lossless()) {
            int[] pixels = LosslessImage.decode(frame.image());
            for (int i = 0; i < pixels.length; i++) {
                plane[i] = (byte) (pixels[i] >>> 24);
            }
        } else if (frame.alpha() == null) {
            Arrays.fill(plane, (byte) 255);
        } else {
            plane = AlphaPlane.decode(frame.alpha(), frame.width(), frame.height());
        }
        byte[] canvas = new byte[parsed.width() * parsed.height()];
        for (int y = 0; y < frame.height(); y++) {
            int to = (frame.y() + y) * parsed.width() + frame.x();
            System.arraycopy(plane, y * frame.width(), canvas, to, frame.width());
        }
        return canvas;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
