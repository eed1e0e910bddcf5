// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.MemoryDataset;
import io.github.stray.vision.image.PngEncoder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private static Pixels plain(int width, int height, int red, int green, int blue) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return new Pixels(width, height, rgb);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record File(byte[] bytes) implements ImageContent.Encoded {
        @Override
        public byte[] read() {
            return bytes;
        }
    }

    @Test
    void of_samePixelsInAnotherFile_haveTheSameDigest() throws IOException {
        Pixels noise = Goldens.noise(40, 30, 1, false);
        byte[] png = PngEncoder.encode(noise);
        MemoryDataset set = MemoryDataset.of(3, i -> i == 0 ? noise : i == 1 ? new File(png) : plain(40, 30, 1, 2, 3));
        Map<String, ImageReading> images = ImageReadings.of(set, 2, read -> {}).images();
        ImageSignature pixels = signature(images, "sample-0");
        ImageSignature file = signature(images, "sample-1");
        assertThat(file.pixels()).isEqualTo(pixels.pixels());
        assertThat(file.file()).isEqualTo(Sha256.of(png));
        assertThat(pixels.file()).isEmpty();
        assertThat(file.luma()).isEqualTo(pixels.luma());
        assertThat(signature(images, "sample-2").pixels()).isNotEqualTo(pixels.pixels());
    }

    private static ImageSignature signature(Map<String, ImageReading> images, String id) {
        return Objects.requireNonNull(images.get(id)).signature();
    }

    @Test
    void of_samePixelsInAnotherShape_differ() {
        assertThat(Signatures.of(plain(4, 2, 9, 9, 9), "").pixels())
                .isNotEqualTo(Signatures.of(plain(2, 4, 9, 9, 9), "").pixels());
    }

    @Test
    void of_colour_isBrightnessAndTwoDifferences() {
        ImageSignature red = Signatures.of(plain(50, 20, 255, 0, 0), "");
        assertThat(red.luma()).containsOnly((byte) 76);
        assertThat(red.chroma()[0] & 255).isEqualTo(85);
        assertThat(red.chroma()[64] & 255).isEqualTo(255);
        assertThat(Signatures.of(plain(5, 5, 128, 128, 128), "").chroma()).containsOnly((byte) 128);
    }

    @Test
    void of_manyImages_keepsOrderAndNamesFailures() throws IOException {
        MemoryDataset set = MemoryDataset.of(
                150, i -> i % 50 == 7 ? new File(new byte[] {1, 2, 3}) : Goldens.noise(20, 20, i, false));
        var read = new AtomicInteger();
        ImageReadings readings = ImageReadings.of(set, 3, read::addAndGet);
        assertThat(read.get()).isEqualTo(150);
        assertThat(readings.failed())
                .extracting(failed -> failed.id())
                .containsExactly("sample-7", "sample-57", "sample-107");
        assertThat(readings.images()).hasSize(147);
        assertThat(List.copyOf(readings.images().keySet()).subList(6, 9))
                .containsExactly("sample-6", "sample-8", "sample-9");
        assertThat(set.opened().get()).isZero();
    }
}
