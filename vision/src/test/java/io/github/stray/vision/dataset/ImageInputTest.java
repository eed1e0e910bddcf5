// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.data.DatasetRefusedException;
import io.github.stray.vision.image.GoldenImages;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ImageInputTest {
    @TempDir
    Path folder;

    private byte[] png = new byte[0];

    @BeforeEach
    void image() throws Exception {
        png = GoldenImages.file("png", "rgb");
    }

    private Path put(String path, byte[] bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    static List<Sample> samples(DatasetSource source) throws IOException {
        var samples = new ArrayList<Sample>();
        try (SampleIterator iterator = source.open()) {
            iterator.forEachRemaining(samples::add);
        }
        assertThat(samples).hasSize((int) source.size());
        return samples;
    }

    private static List<String> ids(DatasetSource source) throws IOException {
        return samples(source).stream().map(Sample::id).toList();
    }

    private DatasetSource open() throws IOException {
        return ImageInput.of(folder.toString());
    }

    @Test
    void version_aFileThatMayNotBeRead_isAnotherOne() throws IOException {
        Path file = put("a.png", png);
        String readable = open().version();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(file), "this user may read everything");
        assertThat(open().version()).isNotEqualTo(readable);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(open().version()).isEqualTo(readable);
    }

    @Test
    void of_folderOfAllKinds_readsTheGoodAndNamesTheBad() throws Exception {
        byte[] jpeg = GoldenImages.file("jpeg", "rgb_420");
        put("cut.jpg", Arrays.copyOf(jpeg, jpeg.length / 2));
        put("text.png", "no image".getBytes(StandardCharsets.UTF_8));
        put("cmyk.jpg", GoldenImages.file("jpeg", "cmyk_adobe"));
        put("deep.png", GoldenImages.file("png", "rgb16"));
        put("anim.gif", GoldenImages.file("gif", "animated_first_frame"));
        put("dot.PNG", GoldenImages.file("png", "one_pixel"));
        put(".DS_Store", new byte[10]);
        put("README", new byte[10]);
        DatasetSource source = open();
        Map<String, String> failed = new HashMap<>();
        var good = new ArrayList<String>();
        for (Sample sample : samples(source)) {
            try {
                ImageDecoder.decode(((ImageContent.Encoded) sample.content()).read());
                good.add(sample.id());
            } catch (IOException e) {
                failed.put(sample.id(), String.valueOf(e.getMessage()));
            }
        }
        assertThat(source.ignored()).isEqualTo(2);
        assertThat(source.classNames()).isEmpty();
        assertThat(good).containsExactly("anim.gif", "cmyk.jpg", "deep.png", "dot.PNG");
        assertThat(failed).containsOnlyKeys("cut.jpg", "text.png");
        assertThat(failed.get("cut.jpg")).contains("truncated");
        assertThat(failed.get("text.png")).contains("text");
    }

    @Test
    void of_classFolders_sortsByCodePoint() throws Exception {
        for (String path : List.of("b/2.png", "b/10.png", "a-b/1.png", "a/x/1.png", "Zebra/1.png")) {
            put(path, png);
        }
        put("__MACOSX/b/1.png", png);
        put(".hidden/1.png", png);
        DatasetSource source = open();
        assertThat(source.classNames()).containsExactly("Zebra", "a", "a-b", "b");
        assertThat(ids(source)).containsExactly("Zebra/1.png", "a/x/1.png", "a-b/1.png", "b/10.png", "b/2.png");
        assertThat(samples(source).stream().map(s -> s.label().getAsInt())).containsExactly(0, 1, 2, 3, 3);
        assertThat(source.ignored()).isEqualTo(2);
    }

    @Test
    void of_classFoldersOfNumbers_areInTheirOrder() throws Exception {
        for (String path : List.of("0/1.png", "1/1.png", "10/1.png", "11/1.png", "2/1.png")) {
            put(path, png);
        }
        DatasetSource source = open();
        assertThat(source.classNames()).containsExactly("0", "1", "2", "10", "11");
        assertThat(ids(source)).containsExactly("0/1.png", "1/1.png", "10/1.png", "11/1.png", "2/1.png");
        assertThat(samples(source).stream().map(s -> s.label().getAsInt())).containsExactly(0, 1, 3, 4, 2);
        put("x/1.png", png);
        assertThat(open().classNames()).containsExactly("0", "1", "10", "11", "2", "x");
    }

    @Test
    void of_namesBeyondAscii_keepThemAndSortLast() throws Exception {
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "file names here are ASCII");
        put("b/1.png", png);
        put("\u00e9t\u00e9/\u00fc.png", png);
        DatasetSource source = open();
        assertThat(source.classNames()).containsExactly("b", "\u00e9t\u00e9");
        assertThat(ids(source)).containsExactly("b/1.png", "\u00e9t\u00e9/\u00fc.png");
        assertThat(samples(source).stream().map(s -> s.label().getAsInt())).containsExactly(0, 1);
    }

    @Test
    void of_oneImageInTheRoot_meansNoClasses() throws Exception {
        put("a/1.png", png);
        put("b/1.png", png);
        put("z.png", png);
        DatasetSource source = open();
        assertThat(source.classNames()).isEmpty();
        assertThat(samples(source)).hasSize(3).allMatch(s -> s.label().isEmpty());
    }

    @Test
    void of_folderWithoutImages_saysWhatWasIgnored() throws Exception {
        put("notes.txt", new byte[1]);
        assertThatThrownBy(this::open)
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no images in " + folder)
                .hasMessageContaining("1 other file was ignored, such as notes.txt");
    }

    @Test
    void of_imagesOfOtherFormats_areCountedByTheirSuffix() throws Exception {
        put("1.HEIC", png);
        put("2.avif", png);
        put("3.NEF", png);
        put("4.nef", png);
        put("5.jxl", png);
        put("jpg", png);
        put("notes.txt", new byte[1]);
        DatasetSource source = open();
        assertThat(samples(source)).extracting(Sample::id).containsExactly("1.HEIC", "2.avif");
        assertThat(source.ignored()).isEqualTo(5);
        assertThat(source.unread()).containsExactly(Map.entry("jxl", 1L), Map.entry("nef", 2L));
        assertThatThrownBy(() -> ImageInput.of(folder + "/4.nef"))
                .hasMessageContaining("4.nef: images of the format .nef are not read; save it as JPEG, PNG or TIFF");
    }

    @Test
    void of_missingPath_saysSo() {
        assertThatThrownBy(() -> ImageInput.of(folder + "/none"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no such file or folder");
    }

    @Test
    void of_wrongSpecs_sayWhatIsExpected() throws Exception {
        assertThatThrownBy(() -> ImageInput.of(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ImageInput.of("data:no-such-set#test"))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("no-such-set");
        String binary = put("x.bin", png).toString();
        assertThatThrownBy(() -> ImageInput.of(binary))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cifar10:" + binary);
        String other = put("x.rar", png).toString();
        assertThatThrownBy(() -> ImageInput.of(other)).hasMessageContaining("expected a folder");
    }

    @Test
    void of_linkLoop_ends() throws Exception {
        put("a/1.png", png);
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);
        Files.createSymbolicLink(folder.resolve("a/self.png"), folder.resolve("a"));
        Files.createSymbolicLink(folder.resolve("a/dangling.jpg"), folder.resolve("gone"));
        DatasetSource source = open();
        assertThat(ids(source)).containsExactly("a/1.png", "a/dangling.jpg");
        assertThat(source.ignored()).isEqualTo(2);
        var content = (ImageContent.Encoded) samples(source).get(1).content();
        assertThatThrownBy(content::read).hasMessageContaining("leads nowhere");
    }

    @Test
    void of_linkToItself_failsAlone() throws Exception {
        put("a/1.png", png);
        Files.createSymbolicLink(folder.resolve("a/2.png"), Path.of("2.png"));
        Files.createSymbolicLink(folder.resolve("a/notes"), Path.of("notes"));
        DatasetSource source = open();
        assertThat(ids(source)).containsExactly("a/1.png", "a/2.png");
        assertThat(source.ignored()).isEqualTo(1);
        var content = (ImageContent.Encoded) samples(source).get(1).content();
        assertThatThrownBy(content::read).isInstanceOf(IOException.class).hasMessageContaining("2.png");
    }

    @Test
    void next_folderGainedOrLostImages_givesThoseThatWereListedAndFailsTheLost() throws Exception {
        put("a/b.png", png);
        put("a/c.png", png);
        put("gone/d.png", png);
        DatasetSource source = open();
        String fingerprint = source.fingerprint();
        put("a/a.png", png);
        Files.delete(folder.resolve("a/c.png"));
        Files.delete(folder.resolve("gone/d.png"));
        Files.delete(folder.resolve("gone"));
        List<Sample> samples = samples(source);
        assertThat(samples).extracting(Sample::id).containsExactly("a/b.png", "a/c.png", "gone/d.png");
        assertThat(((ImageContent.Encoded) samples.getFirst().content()).read()).isEqualTo(png);
        for (Sample lost : samples.subList(1, 3)) {
            var content = (ImageContent.Encoded) lost.content();
            assertThatThrownBy(content::read)
                    .isInstanceOf(IOException.class)
                    .hasMessage("changed or removed while its folder was read: no such file any more");
        }
        assertThat(source.fingerprint()).isEqualTo(fingerprint);
    }

    @Test
    void next_folderIsGone_isAnError() throws Exception {
        put("in/1.png", png);
        put("in/2.png", png);
        DatasetSource source = ImageInput.of(folder.resolve("in").toString());
        try (SampleIterator samples = source.open()) {
            samples.next();
            Files.move(folder.resolve("in"), folder.resolve("moved"));
            assertThatThrownBy(samples::next)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot read the folder " + folder.resolve("in"));
        }
        assertThatThrownBy(source::open).isInstanceOf(DatasetException.class).hasMessageContaining("cannot read");
    }

    @Test
    void open_manyImages_keepsTheirOrder() throws Exception {
        for (int i = 0; i < 2049; i++) {
            put("%04d\u4e2d.png".formatted(i), new byte[1]);
        }
        List<String> ids = ids(open());
        assertThat(ids).hasSize(2049).isSorted().startsWith("0000\u4e2d.png").endsWith("2048\u4e2d.png");
    }

    @Test
    void of_nameWithLineBreak_getsAnIdOfOneLine() throws Exception {
        put("a\nb.png", png);
        assertThat(ids(open())).containsExactly("a\\u000Ab.png");
    }

    @Test
    void of_singleImage_isASetOfOne() throws Exception {
        DatasetSource source = ImageInput.of(put("one.JPEG", png).toString());
        assertThat(ids(source)).containsExactly("one.JPEG");
        assertThat(source.name()).isEqualTo("one.JPEG");
    }

    @Test
    void open_twice_givesTheSame() throws Exception {
        put("a/1.png", png);
        put("b/1.png", png);
        DatasetSource source = open();
        assertThat(ids(source)).isEqualTo(ids(source));
        assertThat(source.fingerprint()).matches("[0-9a-f]{64}").isEqualTo(open().fingerprint());
        put("b/1.png", GoldenImages.file("png", "grey"));
        assertThat(open().fingerprint()).isNotEqualTo(source.fingerprint());
    }

    @Test
    void fingerprint_isThatOfEveryRelease() throws Exception {
        put("a/1.png", new byte[3]);
        put("b/2.png", new byte[5]);
        assertThat(open().fingerprint())
                .as("by Python's hashlib")
                .isEqualTo("8e6f87fa8f6d518946fea509f8792d8e5b2720030b24b5aa587e6cf656e99115");
    }

    @Test
    void rank_isThatOfEveryRelease() {
        assertThat(Selection.ALL.rank("a/1.png")).as("by Python's hashlib").isEqualTo(243091918064876213L);
        assertThat(new Selection(OptionalInt.empty(), OptionalInt.empty(), -1).rank("\u00e4"))
                .isEqualTo(393586324751856215L);
    }

    @Test
    void select_dependsOnSeedAndIdsAlone() throws Exception {
        for (int i = 0; i < 60; i++) {
            put((i % 3) + "/" + i + ".png", png);
        }
        var ten = new Selection(OptionalInt.of(10), OptionalInt.empty(), 1);
        List<String> some = ids(ImageInput.of(folder.toString(), ten));
        assertThat(some).hasSize(10).isSubsetOf(ids(open())).isSortedAccordingTo(ImageNames::comparePaths);
        List<String> other =
                ids(ImageInput.of(folder.toString(), new Selection(OptionalInt.of(10), OptionalInt.empty(), 2)));
        assertThat(other).isNotEqualTo(some);
        List<String> more =
                ids(ImageInput.of(folder.toString(), new Selection(OptionalInt.of(20), OptionalInt.empty(), 1)));
        assertThat(more).containsAll(some);
        var lines = new ArrayList<String>(ids(open()).reversed());
        Path list = Files.write(folder.resolve("list.txt"), lines);
        assertThat(ids(ImageInput.of(list.toString(), ten))).containsExactlyInAnyOrderElementsOf(some);
    }

    @Test
    void select_perClass_takesAsManyOfEach() throws Exception {
        for (int i = 0; i < 30; i++) {
            put((i % 3) + "/" + i + ".png", png);
        }
        var perClass = new Selection(OptionalInt.empty(), OptionalInt.of(4), 5);
        DatasetSource source = ImageInput.of(folder.toString(), perClass);
        assertThat(samples(source).stream().map(s -> s.label().getAsInt()))
                .containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
        var both = new Selection(OptionalInt.of(5), OptionalInt.of(4), 5);
        assertThat(ids(ImageInput.of(folder.toString(), both))).hasSize(5).isSubsetOf(ids(source));
        put("root.png", png);
        assertThatThrownBy(() -> ImageInput.of(folder.toString(), perClass))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a number of images of each class needs classes")
                .isInstanceOfSatisfying(
                        Remedied.class, failure -> assertThat(failure.remedy()).isEqualTo(Remedy.ALL_OF_EACH_CLASS));
    }

    @Test
    void of_list_readsNamesNumbersAndFailures() throws Exception {
        put("images/a.png", png);
        put("images/b.png", png);
        Path list = put(
                "named.tsv",
                "\uFEFFimages/a.png\tzebra\r\n\r\nimages/b.png\tape\nimages/none.png\tzebra\nimages/a.png2\n"
                        .getBytes(StandardCharsets.UTF_8));
        DatasetSource source = ImageInput.of(list.toString());
        assertThat(source.classNames()).containsExactly("ape", "zebra");
        assertThat(ids(source)).containsExactly("images/a.png", "images/b.png", "images/none.png", "images/a.png2");
        List<Sample> samples = samples(source);
        assertThat(samples.get(0).label()).hasValue(1);
        assertThat(samples.get(3).label()).isEmpty();
        assertThat(((ImageContent.Encoded) samples.get(0).content()).read()).isEqualTo(png);
        assertThatThrownBy(() -> ((ImageContent.Encoded) samples.get(2).content()).read())
                .hasMessageContaining("no such file");
        Path numbered = put("numbered.txt", "images/a.png\t2\nimages/b.png\t0\n".getBytes(StandardCharsets.UTF_8));
        DatasetSource numbers = ImageInput.of(numbered.toString());
        assertThat(numbers.classNames()).containsExactly("0", "1", "2");
        assertThat(samples(numbers).getFirst().label()).hasValue(2);
    }

    @Test
    void of_badLists_nameTheLine() throws Exception {
        Map<String, String> wrong = Map.of(
                "a.png\t1\nb.png\t-1\n", "line 2: label -1 is below 0",
                "a.png\tx\ty\n", "line 1: expected 'path<TAB>label'",
                "a.png\na.png\n", "holds a.png twice",
                "\n\n", "no images in",
                "a.png\t1440764\n", "label 1440764 is too large for the number of a class, at most 999999");
        for (var one : wrong.entrySet()) {
            Path list = put("l.txt", one.getKey().getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> ImageInput.of(list.toString())).hasMessageContaining(one.getValue());
        }
        Path latin = put("latin.txt", "a.png\r\nb.png\r\u00e9.png\nd.png\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ImageInput.of(latin.toString()))
                .hasMessageContaining("latin.txt, line 3: not UTF-8 text");
    }

    @Test
    void of_listWithoutLineBreaks_isRefusedBeforeItIsReadWhole() throws Exception {
        Path list = folder.resolve("sparse.txt");
        try (var file = new RandomAccessFile(list.toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        assertThatThrownBy(() -> ImageInput.of(list.toString()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("line 1: the line is longer than 10000 bytes");
    }

    @Test
    void of_listWithEveryLineEnd_readsThemAll() throws Exception {
        Path list = put("l.txt", "\uFEFFa.png\r\n\r\nb.png\rc.png\n\nd.png".getBytes(StandardCharsets.UTF_8));
        assertThat(ids(ImageInput.of(list.toString()))).containsExactly("a.png", "b.png", "c.png", "d.png");
    }

    @Test
    void of_listedPathWithSpacesAtItsEnd_readsTheFileThatIsThere() throws Exception {
        put("a.png", png);
        byte[] other = GoldenImages.file("png", "grey");
        put("b.png", png);
        put("b.png ", other);
        Path list = put("l.txt", "a.png \tcat\nb.png \tdog\nc.png \tcat\n".getBytes(StandardCharsets.UTF_8));
        List<Sample> samples = samples(ImageInput.of(list.toString()));
        assertThat(samples).extracting(Sample::id).containsExactly("a.png ", "b.png ", "c.png ");
        assertThat(((ImageContent.Encoded) samples.get(0).content()).read()).isEqualTo(png);
        assertThat(((ImageContent.Encoded) samples.get(1).content()).read()).isEqualTo(other);
        var missing = (ImageContent.Encoded) samples.get(2).content();
        assertThatThrownBy(missing::read).hasMessageContaining("no such file");
    }

    /** A pipe without a writer would be waited for, and a device read for ever. */
    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(30)
    void read_pipesAndDevicesInAList_failAlone() throws Exception {
        Path pipe = folder.resolve("pipe.png");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path list = Files.writeString(folder.resolve("list.txt"), pipe + "\n/dev/zero\n" + folder + "\n");
        List<Sample> samples = samples(ImageInput.of(list.toString()));
        assertThat(samples).hasSize(3);
        for (Sample sample : samples) {
            assertThatThrownBy(() -> ((Encoded) sample.content()).read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is not a regular file");
        }
    }
}
