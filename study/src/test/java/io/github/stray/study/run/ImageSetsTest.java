// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.study.suite.SuiteSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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
        return open(input).digest();
    }

    private static ImageSets.Opened open(String input) throws SetFailedException {
        var set = new SuiteSet(
                "photos",
                Optional.of(input),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());
        return new ImageSets(42).open(set, OptionalInt.empty());
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
    void digest_ofAFolderOrAList_changesWithEveryChangeOfAFile() throws Exception {
        Path image =
                Files.write(Files.createDirectories(folder.resolve("images")).resolve("a.jpg"), new byte[9]);
        Path list = Files.writeString(folder.resolve("list.txt"), "images/a.jpg\n");
        Path ids = Files.writeString(folder.resolve("ids.txt"), "#input\timages\na.jpg\n");
        List<String> inputs =
                List.of(image.toString(), image.resolveSibling("").toString(), list.toString(), ids.toString());
        for (String input : inputs) {
            Files.setLastModifiedTime(image, FileTime.from(Instant.ofEpochSecond(1_700_000_000, 1000)));
            String before = digest(input);
            String fingerprint = open(input).fingerprint();
            assertThat(digest(input)).isEqualTo(before);
            Files.setLastModifiedTime(image, FileTime.from(Instant.ofEpochSecond(1_700_000_000, 2000)));
            assertThat(digest(input)).as(input).isNotEqualTo(before);
            assertThat(open(input).fingerprint()).as(input).isEqualTo(fingerprint);
        }
    }

    @Test
    void digest_ofAnArchive_isThatOfItsContentWhenever() throws Exception {
        Path zip = folder.resolve("images.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("a.jpg"));
            out.write(new byte[9]);
        }
        String before = digest(zip.toString());
        Files.setLastModifiedTime(zip, FileTime.from(Instant.ofEpochSecond(1)));
        assertThat(digest(zip.toString())).isEqualTo(before);
    }
}
