// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.demo.DemoSet.Shift;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoSetTest {
    private final DemoSample sample = new DemoSample(42);

    @Test
    void open_twice_givesTheSameBytes() {
        for (DemoSet set : all(sample)) {
            assertThat(digest(set.first(2))).isEqualTo(digest(set.first(2)));
        }
    }

    @Test
    void open_anotherSeed_givesOtherImages() {
        List<DemoSet> others = all(new DemoSample(43));
        for (int i = 0; i < others.size(); i++) {
            assertThat(digest(others.get(i).first(1)))
                    .isNotEqualTo(digest(all(sample).get(i).first(1)));
        }
    }

    /** These sets use neither Java2D's rasteriser nor platform mathematics, so every machine must agree to the bit. */
    @Test
    void open_setsWithoutShapes_areTheSameOnEveryMachine() {
        assertThat(digest(named("textures").first(3)))
                .isEqualTo("31d2b3c4a4db7c31e159c33dff29382a0647bcfbfc5f0750119c328d5a8d8b47");
        assertThat(digest(named("noise").first(3)))
                .isEqualTo("be9ce40a5e45401d2d842085cdfc8a477c137f482e01011997fc9ef61c6b69e1");
    }

    /** Drawn shapes may differ by a rounding in another Java; their brightness may not. */
    @Test
    void open_setsWithShapes_haveTheirKnownBrightness() {
        assertThat(brightness(sample.train().first(3))).isCloseTo(140.8, within(0.5));
        assertThat(brightness(named("unseen signs").first(3))).isCloseTo(124.5, within(0.5));
        assertThat(brightness(named("digits").first(3))).isCloseTo(146.0, within(0.5));
        assertThat(brightness(named("scenes").first(3))).isCloseTo(141.0, within(0.5));
    }

    @Test
    void open_everySet_isBalancedAndLabelledByItsFolder() {
        for (DemoSet set : all(sample)) {
            List<Sample> samples = samples(set.first(4));
            int classes = set.classNames().size();
            assertThat(samples).hasSize(4 * classes);
            int[] counts = new int[classes];
            for (Sample each : samples) {
                counts[each.label().getAsInt()]++;
                String folder = set.classNames().get(each.label().getAsInt());
                assertThat(each.id()).startsWith(folder + "/");
            }
            assertThat(counts).containsOnly(4);
            assertThat(samples.stream().map(Sample::id)).doesNotHaveDuplicates();
        }
    }

    @Test
    void sizes_areThoseTheDocumentationNames() {
        assertThat(sample.train().size()).isEqualTo(480);
        assertThat(sample.test().size()).isEqualTo(200);
        assertThat(sample.train().classNames())
                .isEqualTo(sample.test().classNames())
                .hasSize(8);
        assertThat(sample.outOfDistribution().stream().map(DemoSet::name))
                .containsExactly("unseen signs", "textures", "digits", "scenes", "noise");
        assertThat(sample.outOfDistribution().stream().map(DemoSet::shift))
                .containsExactly(Shift.NEAR, Shift.FAR, Shift.FAR, Shift.FAR, Shift.FAR);
    }

    @Test
    void open_trainAndTest_shareNoImage() {
        var seen = new HashSet<String>();
        for (Sample each : samples(sample.train())) {
            assertThat(seen.add(digest(each))).as(each.id()).isTrue();
        }
        for (Sample each : samples(sample.test())) {
            assertThat(seen.add(digest(each))).as(each.id()).isTrue();
        }
    }

    @Test
    void open_everyImage_isNeitherFlatNorBlack() {
        for (DemoSet set : all(sample)) {
            for (Sample each : samples(set.first(6))) {
                byte[] rgb = ((Pixels) each.content()).rgb();
                long distinct = Stream.iterate(0, i -> i + 1)
                        .limit(rgb.length)
                        .map(i -> rgb[i])
                        .distinct()
                        .count();
                assertThat(distinct).as(set.name() + "/" + each.id()).isGreaterThan(2);
            }
        }
    }

    @Test
    void next_pastTheEnd_isAnError() {
        SampleIterator iterator = sample.test().first(1).open();
        for (int i = 0; i < 8; i++) {
            iterator.next();
        }
        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("demo set 'test' has 8 samples");
    }

    @Test
    void png_knownId_holdsThePixelsOfTheSample() throws IOException {
        DemoSet set = sample.test().first(2);
        Sample third = samples(set).get(3);
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(set.png(third.id()).orElseThrow()));
        assertThat(rgb(image)).isEqualTo(((Pixels) third.content()).rgb());
        assertThat(set.png("stop/9999.png")).isEmpty();
    }

    @Test
    void writeTo_emptyFolder_holdsOneFileASample(@TempDir Path folder) throws IOException {
        DemoSet set = named("scenes").first(2);
        set.writeTo(folder.resolve("out"));
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> folder.resolve("out")
                                    .relativize(file)
                                    .toString()
                                    .replace('\\', '/')))
                    .containsExactlyInAnyOrderElementsOf(
                            samples(set).stream().map(Sample::id).toList());
        }
        Sample last = samples(set).getLast();
        BufferedImage read =
                ImageIO.read(folder.resolve("out").resolve(last.id()).toFile());
        assertThat(rgb(read)).isEqualTo(((Pixels) last.content()).rgb());
    }

    @Test
    void writeTo_folderInUse_isRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> named("noise").first(1).writeTo(folder))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("not empty");
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void fingerprint_differsBySeedSetAndSize() {
        var seen = new HashSet<String>();
        for (DemoSet set : all(sample)) {
            assertThat(seen.add(set.fingerprint())).isTrue();
            assertThat(seen.add(set.first(1).fingerprint())).isTrue();
            assertThat(set.fingerprint()).matches("[0-9a-f]{64}");
        }
        assertThat(seen.add(new DemoSample(1).train().fingerprint())).isTrue();
        assertThat(seen.add(new DemoSample(42).train().fingerprint())).isFalse();
    }

    @Test
    void fingerprint_isThatOfEveryRelease() {
        assertThat(named("noise").first(1).fingerprint())
                .as("by Python's hashlib")
                .isEqualTo("d79c9b061cda8e8202c0d1ac8cf2662d8cfdcec08e810970639c18139037a9b1");
    }

    @Test
    void first_outOfRange_isRefused() {
        assertThatThrownBy(() -> sample.test().first(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("images a class must be 1 to 10000, was 0 for demo set 'test'");
    }

    private DemoSet named(String name) {
        return sample.outOfDistribution().stream()
                .filter(set -> set.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<DemoSet> all(DemoSample sample) {
        var sets = new ArrayList<DemoSet>(List.of(sample.train(), sample.test()));
        sets.addAll(sample.outOfDistribution());
        return sets;
    }

    static List<Sample> samples(DemoSet set) {
        var samples = new ArrayList<Sample>();
        try (SampleIterator iterator = set.open()) {
            iterator.forEachRemaining(samples::add);
        }
        return samples;
    }

    private static String digest(DemoSet set) {
        return digest(samples(set).toArray(Sample[]::new));
    }

    private static String digest(Sample... samples) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Sample each : samples) {
                digest.update(((Pixels) each.content()).rgb());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static double brightness(DemoSet set) {
        return samples(set).stream()
                .map(each -> ((Pixels) each.content()).rgb())
                .flatMapToInt(rgb -> Arrays.stream(unsigned(rgb)))
                .average()
                .orElseThrow();
    }

    private static int[] unsigned(byte[] bytes) {
        int[] values = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i] & 255;
        }
        return values;
    }

    private static byte[] rgb(BufferedImage image) {
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        for (int i = 0; i < rgb.length / 3; i++) {
            int pixel = image.getRGB(i % image.getWidth(), i / image.getWidth());
            rgb[3 * i] = (byte) (pixel >> 16);
            rgb[3 * i + 1] = (byte) (pixel >> 8);
            rgb[3 * i + 2] = (byte) pixel;
        }
        return rgb;
    }
}
