// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

class ImageDecoderProperties {
    private static final List<byte[]> FILES = files();

    private static List<byte[]> files() {
        var files = new ArrayList<byte[]>();
        try {
            for (String format : GoldenImages.FORMATS) {
                GoldenImages.of(format).forEach(one -> files.add(one.file()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return files;
    }

    /** Whatever is wrong with a file: pixels or an IOException of one line, never anything else. */
    @Property(tries = 1500)
    void decode_damagedFile_givesPixelsOrOneLine(
            @ForAll @IntRange(min = 0, max = 160) int which,
            @ForAll @IntRange(min = 0, max = 8) int flips,
            @ForAll long seed) {
        byte[] file = FILES.get(which).clone();
        var random = new Random(seed);
        for (int i = 0; i < flips; i++) {
            file[random.nextInt(Math.min(file.length, i % 2 == 0 ? 80 : file.length))] = (byte) random.nextInt();
        }
        if (random.nextInt(4) == 0) {
            file = Arrays.copyOf(file, random.nextInt(file.length));
        }
        try {
            Pixels pixels = ImageDecoder.decode(file);
            assertThat(pixels.rgb()).hasSize(3 * pixels.width() * pixels.height());
            Statistics.collect("pixels");
        } catch (IOException e) {
            assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            Statistics.collect("refused");
        }
        Statistics.coverage(seen -> {
            seen.check("pixels").percentage(share -> share > 10);
            seen.check("refused").percentage(share -> share > 10);
        });
    }
}
