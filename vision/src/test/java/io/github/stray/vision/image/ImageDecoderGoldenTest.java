// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.ImageContent.Pixels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
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
