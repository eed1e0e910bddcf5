// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.image.ImageDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The real images beside the repository, skipped where they are missing. */
class SharedImagesTest {
    private static final Path IMAGES = Path.of(
                    Optional.ofNullable(System.getenv("STRAY_SHARED")).orElse("../../shared"))
            .resolve("data/images");

    @BeforeEach
    void needsImages() {
        assumeTrue(Files.isDirectory(IMAGES), () -> IMAGES + " is missing");
    }

    @TestFactory
    List<DynamicTest> of_everyZip_hasTheManifestsCountsAndDecodes() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        for (String line : Files.readAllLines(IMAGES.resolve("MANIFEST.tsv"))) {
            String[] fields = line.split("\t", -1);
            if (fields[0].endsWith(".zip") && !fields[0].equals("meta.zip")) {
                tests.add(DynamicTest.dynamicTest(
                        fields[0],
                        () -> zip(
                                IMAGES.resolve(fields[0]), Integer.parseInt(fields[4]), Integer.parseInt(fields[5]))));
            }
        }
        assertThat(tests).hasSize(11);
        return tests;
    }

    private static void zip(Path file, int images, int classes) throws Exception {
        DatasetSource source = ImageInput.of(file.toString());
        assertThat(source.size()).isEqualTo(images);
        assertThat(source.classNames()).hasSize(classes);
        assertThat(source.ignored()).isZero();
        long read = 0;
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                Sample sample = samples.next();
                String className = source.classNames().get(sample.label().getAsInt());
                assertThat(sample.id()).startsWith(className + "/");
                Pixels pixels = ImageDecoder.decode(((ImageContent.Encoded) sample.content()).read());
                assertThat(pixels.rgb())
                        .hasSize(3 * pixels.width() * pixels.height())
                        .isNotEqualTo(new byte[pixels.rgb().length]);
                read++;
            }
        }
        assertThat(read).isEqualTo(images);
    }

    @Test
    void of_cifarFiles_haveTenThousandRecordsAndEqualClasses() throws Exception {
        for (String name : List.of("cifar10-test", "cifar10-train1000pc", "cifar100-test", "cifar100-train100pc")) {
            String set = name.substring(0, name.indexOf('-'));
            DatasetSource source = ImageInput.of(set + ":" + IMAGES.resolve(name + ".bin.xz"));
            int classes = set.equals("cifar10") ? 10 : 100;
            int[] counts = new int[classes];
            try (SampleIterator samples = source.open()) {
                while (samples.hasNext()) {
                    counts[samples.next().label().getAsInt()]++;
                }
            }
            assertThat(source.size()).isEqualTo(10_000);
            assertThat(counts).containsOnly(10_000 / classes);
        }
    }

    @Test
    void of_cifar10Test_startsWithTheOfficialLabelsAndPixels() throws Exception {
        DatasetSource source = ImageInput.of("cifar10:" + IMAGES.resolve("cifar10-test.bin.xz") + "#test");
        try (SampleIterator samples = source.open()) {
            Sample first = samples.next();
            assertThat(first.id()).isEqualTo("0");
            assertThat(source.classNames().get(first.label().getAsInt())).isEqualTo("cat");
            byte[] rgb = ((Pixels) first.content()).rgb();
            assertThat(List.of(rgb[0] & 0xFF, rgb[1] & 0xFF, rgb[2] & 0xFF)).containsExactly(158, 112, 49);
            assertThat(source.classNames().get(samples.next().label().getAsInt()))
                    .isEqualTo("ship");
        }
    }

    @Test
    void classNames_ofCifar_areTheOfficialOnes() throws Exception {
        try (ZipFile meta = new ZipFile(IMAGES.resolve("meta.zip").toFile())) {
            assertThat(Cifar.CIFAR10.classNames()).isEqualTo(lines(meta, "cifar10_classes.txt"));
            assertThat(Cifar.CIFAR100.classNames()).isEqualTo(lines(meta, "cifar100_fine_classes.txt"));
        }
    }

    private static List<String> lines(ZipFile zip, String entry) throws Exception {
        try (var in = zip.getInputStream(Objects.requireNonNull(zip.getEntry(entry)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
