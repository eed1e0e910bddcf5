// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pixels against Pillow's, format by format. */
class ImageDecoderGoldenTest {
    @TestFactory
    List<DynamicTest> decode_everyFormatAndMode_equalsPillow() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        for (String format : GoldenImages.FORMATS) {
            for (GoldenImages.Case one : GoldenImages.of(format)) {
                tests.add(DynamicTest.dynamicTest(format + "/" + one.name(), () -> check(one)));
            }
        }
        for (GoldenImages.Case one : GoldenImages.ofPillow13()) {
            tests.add(DynamicTest.dynamicTest(one.name(), () -> check(one)));
        }
        assertThat(tests).hasSizeGreaterThan(185);
        return tests;
    }

    @TestFactory
    List<DynamicTest> decode_whatPillowRefuses_isRefused() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        GoldenImages.refusedByPillow13()
                .forEach((name, file) -> tests.add(DynamicTest.dynamicTest(
                        name,
                        () -> assertThatThrownBy(() -> ImageDecoder.decode(file))
                                .isInstanceOf(IOException.class))));
        assertThat(tests).isNotEmpty();
        return tests;
    }

    @Test
    void decode_bmpThatEndsEarly_isRefused() throws Exception {
        for (GoldenImages.Case one : GoldenImages.ofPillow13()) {
            if (one.name().startsWith("bmp/") && one.name().contains("masks")) {
                byte[] whole = one.file();
                assertThat(ImageDecoder.decode(whole).height()).isEqualTo(one.height());
                // Behind the headers of these files, whose pixels start at byte 70.
                for (int length = 70; length < whole.length; length++) {
                    byte[] cut = Arrays.copyOf(whole, length);
                    assertThatThrownBy(() -> ImageDecoder.decode(cut))
                            .isInstanceOf(DamagedImageException.class)
                            .hasMessageContaining("truncated (%d of %d".formatted(length - 70, whole.length - 70));
                }
            }
        }
    }

    private static void check(GoldenImages.Case one) throws Exception {
        Pixels pixels = ImageDecoder.decode(one.file());
        assertThat(pixels.width()).isEqualTo(one.width());
        assertThat(pixels.height()).isEqualTo(one.height());
        int largest = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            largest = Math.max(largest, Math.abs((one.rgb()[i] & 0xFF) - (pixels.rgb()[i] & 0xFF)));
        }
        assertThat(largest).as("largest difference").isZero();
    }
}
