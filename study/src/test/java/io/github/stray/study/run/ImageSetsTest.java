// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.study.suite.SuiteSet;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that change but not in size: their features must not be taken from the cache. */
class ImageSetsTest {
    private static final int CIFAR10_RECORD = 1 + 3 * 32 * 32;

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.write(folder.resolve("test_batch.bin"), new byte[2 * CIFAR10_RECORD]);
    }

    private static String digest(String input) throws SetFailedException {
        var set = new SuiteSet(
                "photos",
                Optional.of(input),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                1);
        return new ImageSets(42).open(set, OptionalInt.empty()).digest();
    }

    private void changeRecord() throws IOException {
        byte[] records = Files.readAllBytes(folder.resolve("test_batch.bin"));
        records[100] = 7;
        Files.write(folder.resolve("test_batch.bin"), records);
    }

    @Test
    void digest_ofCifarsFolder_changesWithItsRecords() throws Exception {
        String before = digest("cifar10:" + folder + "#test");
        assertThat(digest("cifar10:" + folder + "#test")).isEqualTo(before);
        changeRecord();
        assertThat(digest("cifar10:" + folder + "#test")).isNotEqualTo(before);
    }

    @Test
    void digest_ofAListOfIds_changesWithTheInputItNames() throws Exception {
        Path list = Files.writeString(folder.resolve("clean.txt"), "#input\tcifar10:test_batch.bin\n1\n");
        String before = digest(list.toString());
        changeRecord();
        assertThat(digest(list.toString())).isNotEqualTo(before);
    }

    @Test
    void digest_ofAFolderOfBitmaps_changesWithTheirPixels() throws Exception {
        Path images = Files.createDirectories(folder.resolve("images"));
        File file = images.resolve("a.bmp").toFile();
        var image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "bmp", file);
        String before = digest(images.toString());
        image.setRGB(1, 1, 0xffffff);
        ImageIO.write(image, "bmp", file);
        assertThat(digest(images.toString())).isNotEqualTo(before);
    }
}
