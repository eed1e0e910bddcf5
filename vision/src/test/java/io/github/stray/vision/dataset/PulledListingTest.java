// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.data.Archives;
import io.github.stray.vision.data.DatasetCatalogue;
import io.github.stray.vision.data.DatasetEntry;
import io.github.stray.vision.data.DatasetRefusedException;
import io.github.stray.vision.data.DatasetSettings;
import io.github.stray.vision.data.DatasetSplit;
import io.github.stray.vision.data.DatasetStore;
import io.github.stray.vision.data.InstalledDataset;
import io.github.stray.vision.data.OfficialLayouts;
import io.github.stray.vision.download.DownloadListener;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.XZInputStream;

/** Archives in the official layouts, pulled from a folder and opened as INPUT. */
class PulledListingTest {
    private static final String HOME = "stray.home";

    @TempDir
    private Path home;

    private @Nullable String previous;

    @BeforeEach
    void useHome() {
        previous = System.getProperty(HOME);
        System.setProperty(HOME, home.toString());
    }

    @AfterEach
    void restoreHome() {
        if (previous == null) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, previous);
        }
    }

    private InstalledDataset pull(String name, Map<String, byte[]> archives) throws IOException {
        Path mirror = OfficialLayouts.mirror(home.resolve("mirror").resolve(name), archives);
        var catalogue = new DatasetCatalogue(List.of(OfficialLayouts.entry(name, archives)));
        return DatasetStore.of(new DatasetSettings(home, true), catalogue)
                .pull(name, Optional.of(String.valueOf(mirror.getParent())), DownloadListener.silent())
                .dataset();
    }

    private InstalledDataset pull(String name) throws IOException {
        return pull(name, Objects.requireNonNull(OfficialLayouts.all().get(name), name));
    }

    /** Lines {@code id class name content}, the content as text where the image is a file. */
    private static List<String> lines(String spec) throws IOException {
        DatasetSource source = ImageInput.of(spec);
        var lines = new ArrayList<String>();
        for (Sample sample : samples(source)) {
            String label = sample.label().isPresent()
                    ? source.classNames().get(sample.label().getAsInt())
                    : "-";
            if (sample.content() instanceof ImageContent.Encoded encoded) {
                assertThat(new String(encoded.read(), StandardCharsets.UTF_8)).isEqualTo(sample.id());
            }
            lines.add(sample.id() + " " + label);
        }
        return lines;
    }

    private static List<Sample> samples(DatasetSource source) throws IOException {
        var samples = new ArrayList<Sample>();
        try (SampleIterator iterator = source.open()) {
            iterator.forEachRemaining(samples::add);
        }
        assertThat(samples).hasSize((int) source.size());
        return samples;
    }

    static Stream<DatasetEntry> entries() {
        return DatasetCatalogue.ofStray().entries().stream()
                .filter(entry -> !entry.isGiven() && !entry.name().equals("openood"));
    }

    /** Ids are paths inside the dataset, so that two splits have an id in common only where one is part of the other. */
    @ParameterizedTest
    @MethodSource("entries")
    void splits_everyDataset_openAndDoNotCollide(DatasetEntry entry) throws IOException {
        pull(entry.name());
        var seen = new TreeSet<String>();
        for (DatasetSplit split : entry.splits()) {
            List<Sample> samples = samples(ImageInput.of("data:" + entry.name() + "#" + split.name()));
            assertThat(samples).isNotEmpty();
            for (Sample sample : samples) {
                assertThat(seen.add(sample.id()) || split.name().equals("all"))
                        .as("%s in %s", sample.id(), split.name())
                        .isTrue();
            }
        }
    }

    @Test
    void dtd_splitsAreTheFirstOfTen() throws IOException {
        pull("dtd");
        assertThat(lines("data:dtd#train"))
                .containsExactly(
                        "dtd/images/zigzagged/zigzagged_0001.jpg zigzagged",
                        "dtd/images/banded/banded_0004.jpg banded");
        assertThat(lines("data:dtd#val")).containsExactly("dtd/images/banded/banded_0002.jpg banded");
        assertThat(lines("data:dtd#test")).containsExactly("dtd/images/zigzagged/zigzagged_0009.jpg zigzagged");
        assertThat(lines("data:dtd#all")).hasSize(4);
        assertThat(ImageInput.of("data:dtd#test").name()).isEqualTo("dtd-test");
    }

    @Test
    void tinyImageNet_labelsFollowSortedIdsAndNamesAreFirstSynonyms() throws IOException {
        pull("tiny-imagenet");
        assertThat(ImageInput.of("data:tiny-imagenet#val").classNames()).containsExactly("goldfish", "Egyptian cat");
        assertThat(lines("data:tiny-imagenet#val"))
                .containsExactly(
                        "tiny-imagenet-200/val/images/val_0.JPEG Egyptian cat",
                        "tiny-imagenet-200/val/images/val_1.JPEG goldfish");
        assertThat(lines("data:tiny-imagenet#train"))
                .containsExactly(
                        "tiny-imagenet-200/train/n01443537/images/n01443537_0.JPEG goldfish",
                        "tiny-imagenet-200/train/n02124075/images/n02124075_0.JPEG Egyptian cat",
                        "tiny-imagenet-200/train/n02124075/images/n02124075_1.JPEG Egyptian cat");
    }

    @Test
    void flowers102_splitsAndLabelsAreThoseOfTheMatlabFiles() throws IOException {
        pull("flowers102");
        assertThat(lines("data:flowers102#train"))
                .containsExactly("jpg/image_00008.jpg pink primrose", "jpg/image_00001.jpg hard-leaved pocket orchid");
        assertThat(lines("data:flowers102#val"))
                .containsExactly("jpg/image_00002.jpg pink primrose", "jpg/image_00007.jpg blackberry lily");
        assertThat(lines("data:flowers102#test")).hasSize(4);
        assertThat(lines("data:flowers102#all")).hasSize(8);
        assertThat(ImageInput.of("data:flowers102#all").classNames()).hasSize(102);
    }

    @Test
    void cub200_splitsAndLabelsGoByTheImagesNumber() throws IOException {
        pull("cub200");
        assertThat(lines("data:cub200#train"))
                .containsExactly(
                        "CUB_200_2011/images/001.Black_footed_Albatross/Black_Footed_Albatross_0009_34.jpg Black footed Albatross",
                        "CUB_200_2011/images/002.Laysan_Albatross/Laysan_Albatross_0002_1027.jpg Laysan Albatross");
        assertThat(lines("data:cub200#test"))
                .containsExactly(
                        "CUB_200_2011/images/001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg Black footed Albatross");
        assertThat(lines("data:cub200#all")).hasSize(3);
    }

    @Test
    void stanfordDogs_listsAreMatlabFiles() throws IOException {
        pull("stanford-dogs");
        assertThat(lines("data:stanford-dogs#train"))
                .containsExactly(
                        "Images/n02085620-Chihuahua/n02085620_2.jpg Chihuahua",
                        "Images/n02085782-Japanese_spaniel/n02085782_1.jpg Japanese spaniel");
        assertThat(lines("data:stanford-dogs#test"))
                .containsExactly(
                        "Images/n02085620-Chihuahua/n02085620_1.jpg Chihuahua",
                        "Images/n02085782-Japanese_spaniel/n02085782_2.jpg Japanese spaniel");
        assertThat(lines("data:stanford-dogs#all")).hasSize(4);
    }

    @Test
    void food101_classesAreNamedByLabels() throws IOException {
        pull("food101");
        assertThat(lines("data:food101#train"))
                .containsExactly(
                        "food-101/images/apple_pie/1005649.jpg Apple pie",
                        "food-101/images/waffles/971843.jpg Waffles");
        assertThat(lines("data:food101#test")).containsExactly("food-101/images/apple_pie/1011328.jpg Apple pie");
        assertThat(lines("data:food101#all")).hasSize(3);
    }

    @Test
    void pets_allIsTheWholeFolder() throws IOException {
        pull("pets");
        assertThat(lines("data:pets#trainval")).containsExactly("images/american_bulldog_100.jpg american bulldog");
        assertThat(lines("data:pets#test")).containsExactly("images/Abyssinian_1.jpg Abyssinian");
        assertThat(lines("data:pets#all"))
                .containsExactly(
                        "images/Abyssinian_1.jpg Abyssinian",
                        "images/Abyssinian_2.jpg Abyssinian",
                        "images/american_bulldog_100.jpg american bulldog",
                        "images/american_bulldog_101.jpg american bulldog");
    }

    @Test
    void folders_classesAreTheirFoldersAndIdsBeginWithTheirPlace() throws IOException {
        pull("imagenet30");
        assertThat(lines("data:imagenet30#test"))
                .containsExactly("one_class_test/acorn/acorn/c.JPEG acorn", "one_class_test/airliner/d.JPEG airliner");
        pull("places365");
        assertThat(lines("data:places365"))
                .containsExactly("val_256/Places365_val_00000001.jpg -", "val_256/Places365_val_00000002.jpg -");
        assertThat(ImageInput.of("data:places365").name()).isEqualTo("places365");
        pull("ninco");
        assertThat(lines("data:ninco"))
                .containsExactly(
                        "NINCO/NINCO_OOD_classes/amphiuma/1.jpg amphiuma",
                        "NINCO/NINCO_OOD_classes/donuts/2.jpg donuts");
    }

    @Test
    void openood_lists_findImagesOfOtherDatasets() throws IOException {
        InstalledDataset openood = pull("openood");
        assertThat(openood.notes())
                .contains("there is no list benchmark_imglist/cifar10/test_mnist.txt, so no split cifar10/test_mnist");
        assertThatThrownBy(() -> ImageInput.of("data:openood#cifar10/test_tin"))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining(
                        "'stray data pull tiny-imagenet', or 'stray data pull openood-images' from a folder")
                .isInstanceOfSatisfying(
                        Remedied.class, failure -> assertThat(failure.remedy()).isEqualTo(Remedy.MIRROR));
        pull("tiny-imagenet");
        pull("dtd");
        assertThat(contents("data:openood#cifar10/test_tin"))
                .containsExactly("tin/val/images/val_1.JPEG: tiny-imagenet-200/val/images/val_1.JPEG");
        assertThat(contents("data:openood#cifar10/test_texture"))
                .containsExactly("texture/banded/banded_0004.jpg: dtd/images/banded/banded_0004.jpg");
        Path given = home.resolve("given");
        for (String image : List.of("cat/0001.png", "airplane/0002.png")) {
            Path file = given.resolve("images_classic/cifar10/test").resolve(image);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, image);
        }
        DatasetStore.of(new DatasetSettings(home, true))
                .pull("openood-images", Optional.of(given.toString()), DownloadListener.silent());
        DatasetSource cifar = ImageInput.of("data:openood#cifar10/test_cifar10");
        assertThat(samples(cifar).stream().map(sample -> sample.label().getAsInt()))
                .containsExactly(3, 0);
        assertThat(cifar.classNames()).containsExactly("0", "1", "2", "3");
        assertThat(contents("data:openood#cifar10/test_cifar10"))
                .containsExactly(
                        "cifar10/test/cat/0001.png: cat/0001.png", "cifar10/test/airplane/0002.png: airplane/0002.png");
    }

    /** Lines {@code id: content}. */
    private static List<String> contents(String spec) throws IOException {
        var lines = new ArrayList<String>();
        for (Sample sample : samples(ImageInput.of(spec))) {
            byte[] content = ((ImageContent.Encoded) sample.content()).read();
            lines.add(sample.id() + ": " + new String(content, StandardCharsets.UTF_8));
        }
        return lines;
    }

    @Test
    void svhn_imagesAreWhatSciPyWroteAndTenIsZero() throws IOException {
        pull("svhn");
        DatasetSource train = ImageInput.of("data:svhn#train");
        List<Sample> samples = samples(train);
        assertThat(samples.stream().map(Sample::id)).containsExactly("train/0", "train/1", "train/2", "train/3");
        assertThat(samples.stream()
                        .map(sample -> train.classNames().get(sample.label().getAsInt())))
                .containsExactly("1", "0", "3", "9");
        List<Integer> values =
                Goldens.read("mat/digits-compressed.json").getObject("bytes").getObject("X").getArray("values").stream()
                        .map(value -> ((Number) value).intValue())
                        .toList();
        for (int i = 0; i < 4; i++) {
            var pixels = (ImageContent.Pixels) samples.get(i).content();
            for (int row = 0; row < 32; row++) {
                for (int column = 0; column < 32; column++) {
                    for (int channel = 0; channel < 3; channel++) {
                        // X[row, column, channel, i], first index fastest
                        int expected = values.get(row + 32 * (column + 32 * (channel + 3 * i)));
                        assertThat(pixels.rgb()[3 * (32 * row + column) + channel] & 0xFF)
                                .isEqualTo(expected);
                    }
                }
            }
        }
        assertThat(samples(ImageInput.of("data:svhn#test"))).hasSize(2);
    }

    @Test
    void cifar_trainAndTestDoNotCollide() throws IOException {
        pull("cifar10");
        assertThat(lines("data:cifar10#test")).containsExactly("test/0 truck", "test/1 ship", "test/2 horse");
        assertThat(lines("data:cifar10#train")).hasSize(10).startsWith("train/0 automobile", "train/1 bird");
        pull("cifar100");
        assertThat(lines("data:cifar100#train")).containsExactly("train/0 worm", "train/1 mouse");
    }

    /** The records that were checked against the official sums come out of an archive in the official layout unchanged. */
    @ParameterizedTest
    @MethodSource("sharedCifar")
    void cifar_sharedRecords_comeOutUnchanged(String name, String test, String train) throws IOException {
        byte[] testRecords = records(SharedData.require("data/images/" + test));
        byte[] trainRecords = records(SharedData.require("data/images/" + train));
        var files = new LinkedHashMap<String, byte[]>();
        if (name.equals("cifar10")) {
            int record = 3073;
            int share = trainRecords.length / record / 5;
            for (int i = 0; i < 5; i++) {
                files.put(
                        "cifar-10-batches-bin/data_batch_" + (i + 1) + ".bin",
                        Arrays.copyOfRange(trainRecords, i * share * record, (i + 1) * share * record));
            }
            files.put("cifar-10-batches-bin/test_batch.bin", testRecords);
        } else {
            files.put("cifar-100-binary/train.bin", trainRecords);
            files.put("cifar-100-binary/test.bin", testRecords);
        }
        String archive = name.equals("cifar10") ? "cifar-10-binary.tar.gz" : "cifar-100-binary.tar.gz";
        pull(name, Map.of(archive, Archives.gzip(Archives.tar(files))));
        for (String split : List.of("test", "train")) {
            String file = split.equals("test") ? test : train;
            byte[] official = split.equals("test") ? testRecords : trainRecords;
            Path plain = Files.write(home.resolve(file.replace(".xz", "")), official);
            List<Sample> expected = samples(ImageInput.of(name + ":" + plain));
            List<Sample> pulled = samples(ImageInput.of("data:" + name + "#" + split));
            assertThat(pulled).hasSameSizeAs(expected).hasSize(10_000);
            for (int i = 0; i < pulled.size(); i++) {
                assertThat(pulled.get(i).id())
                        .isEqualTo(split + "/" + expected.get(i).id());
                assertThat(pulled.get(i).label()).isEqualTo(expected.get(i).label());
                byte[] pixels = ((ImageContent.Pixels) pulled.get(i).content()).rgb();
                byte[] listed = ((ImageContent.Pixels) expected.get(i).content()).rgb();
                assertThat(Arrays.equals(pixels, listed))
                        .as("pixels of %s", pulled.get(i).id())
                        .isTrue();
            }
        }
    }

    static Stream<Arguments> sharedCifar() {
        return Stream.of(
                Arguments.of("cifar10", "cifar10-test.bin.xz", "cifar10-train1000pc.bin.xz"),
                Arguments.of("cifar100", "cifar100-test.bin.xz", "cifar100-train100pc.bin.xz"));
    }

    private static byte[] records(Path file) throws IOException {
        try (InputStream in = new XZInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return in.readAllBytes();
        }
    }

    @Test
    void specs_wrong_sayWhatThereIs() throws IOException {
        pull("dtd");
        assertThatThrownBy(() -> ImageInput.of("data:dtd"))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("data:dtd has the splits train, val, test, all");
        assertThatThrownBy(() -> ImageInput.of("data:dtd#tset")).hasMessageContaining("no split 'tset'");
        assertThatThrownBy(() -> ImageInput.of("data:svhn#test"))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("'stray data pull svhn' fetches it");
        assertThatThrownBy(() -> ImageInput.of("data:../dtd#test")).isInstanceOf(DatasetRefusedException.class);
        assertThatThrownBy(() -> ImageInput.of("data:#test")).isInstanceOf(DatasetRefusedException.class);
    }

    @Test
    void listedImage_thatIsGone_failsAlone() throws IOException {
        Path folder = pull("dtd").folder();
        Files.delete(folder.resolve("dtd/images/banded/banded_0004.jpg"));
        List<Sample> samples = samples(ImageInput.of("data:dtd#train"));
        assertThat(samples).hasSize(2);
        assertThatThrownBy(() -> ((ImageContent.Encoded) samples.get(1).content()).read())
                .hasMessageContaining("no such file");
    }
}
