// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.image.PngEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdListTest {
    @TempDir
    Path folder;

    @BeforeEach
    void pack() throws IOException {
        try (var out = new ZipOutputStream(Files.newOutputStream(folder.resolve("set.zip")))) {
            for (String name : List.of("cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(PngEncoder.encode(new Pixels(2, 2, new byte[12])));
            }
        }
        byte[] records = new byte[3 * 3073];
        for (int i = 0; i < 3; i++) {
            records[i * 3073] = (byte) (7 - i);
        }
        Files.write(folder.resolve("part.bin"), records);
    }

    private Path list(String text) throws IOException {
        return Files.writeString(folder.resolve("list.tsv"), text);
    }

    private static List<String> ids(DatasetSource source) throws IOException {
        var ids = new ArrayList<String>();
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                Sample sample = samples.next();
                OptionalInt label = sample.label();
                ids.add(sample.id()
                        + (label.isPresent() ? " " + source.classNames().get(label.getAsInt()) : ""));
            }
        }
        return ids;
    }

    private void refused(String text, String message) throws IOException {
        Path list = list(text);
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> ImageInput.of(list.toString()))
                .withMessageContaining(message)
                .withMessageStartingWith(list.toString());
    }

    @Test
    void of_idsOfAnArchive_areTheseSamples() throws IOException {
        DatasetSource source = ImageInput.of(list("#input\tset.zip\ncat/2.png\n\ndog/1.png\tcat\ndog/2.png\tdog\n")
                .toString());
        assertThat(source.size()).isEqualTo(3);
        assertThat(source.name()).isEqualTo("list");
        assertThat(source.classNames()).containsExactly("cat", "dog");
        assertThat(ids(source)).containsExactly("cat/2.png cat", "dog/1.png cat", "dog/2.png dog");
        assertThat(ids(source)).hasSize(3);
    }

    @Test
    void of_idsOfCifar_keepTheirLabels() throws IOException {
        assertThat(ids(ImageInput.of(
                        list("\uFEFF#input\tcifar10:part.bin\r\n0\r\n2\r\n").toString())))
                .containsExactly("0 horse", "2 dog");
    }

    @Test
    void of_listOfAList_isTakenFromTheInnermost() throws IOException {
        list("#input\tset.zip\ncat/2.png\ndog/1.png\n");
        Path inner = Files.createDirectory(folder.resolve("deeper"));
        Path outer = Files.writeString(inner.resolve("outer.txt"), "#input\t../list.tsv\ndog/1.png\n");
        assertThat(ids(ImageInput.of(outer.toString()))).containsExactly("dog/1.png dog");
        Path self = Files.writeString(folder.resolve("self.tsv"), "#input\tself.tsv\na\n");
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> ImageInput.of(self.toString()))
                .withMessageContaining("nested more than 8 deep");
    }

    @Test
    void of_whatCannotBe_isRefusedWithTheLine() throws IOException {
        refused("#input\tset.zip\ncat/1.png\nbird/1.png\n", "line 3: ");
        refused("#input\tset.zip\ncat/1.png\nbird/1.png\n", "holds no sample 'bird/1.png'");
        refused(
                "#input\tset.zip\ndog/1.png\n\ncat/1.png\n",
                "line 4: the sample 'cat/1.png' is listed twice, or behind one");
        refused("#input\tset.zip\ndog/1.png\ndog/1.png\n", "line 3: the sample 'dog/1.png' is listed twice");
        refused("#input\tset.zip\ndog/1.png\tbird\n", "line 2: 'bird' is no class of");
        refused("#input\tset.zip\ndog/1.png\tdog\tcat\n", "line 2: expected 'id' or 'id<TAB>class'");
        refused("#input\t \ndog/1.png\n", "line 1: expected '#input<TAB>INPUT'");
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> ImageInput.of(list("#input\tset.zip\n").toString()))
                .withMessageContaining("no images in");
    }

    @Test
    void of_missingInput_saysWhichListNamesIt() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("deeper"));
        Path list = Files.writeString(inner.resolve("list.tsv"), "#input\tset.zip\ncat/1.png\n");
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> ImageInput.of(list.toString()))
                .withMessage("no such file or folder: 'set.zip', named in line 1 of a list in " + inner);
    }

    @Test
    void of_inputWhoseNameEndsWithASpace_isFound() throws IOException {
        Path spaced = Files.createDirectory(folder.resolve("set "));
        Files.write(spaced.resolve("1.png"), PngEncoder.encode(new Pixels(2, 2, new byte[12])));
        assertThat(ids(ImageInput.of(list("#input\tset \n1.png\n").toString()))).containsExactly("1.png");
    }

    @Test
    void open_classesOfTheSameName_keepTheSamplesOwn() throws IOException {
        List<String> names = List.of("crane", "crane", "tern");
        List<Integer> numbers = List.of(0, 1, 2, 3);
        var cranes = new Listing(
                "cranes",
                "cranes",
                names,
                () -> Listing.Cursor.of(
                        numbers.iterator(),
                        i -> new Listing.Entry(
                                "c" + i,
                                i < 3 ? OptionalInt.of(i) : OptionalInt.empty(),
                                1,
                                new Pixels(1, 1, new byte[3]))));
        Path list = list("#input\tcranes\nc0\tcrane\nc1\tcrane\nc2\ttern\nc3\tcrane\n");
        var labels = new ArrayList<OptionalInt>();
        try (Listing.Cursor cursor = IdListListing.of(list, cranes).open()) {
            for (Listing.@Nullable Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
                labels.add(entry.label());
            }
        }
        assertThat(labels).containsExactly(OptionalInt.of(0), OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(0));
    }

    @Test
    void lists_ofAnInput_areThoseItIsReadFrom() throws IOException {
        Path inner = list("#input\tset.zip\ncat/2.png\n");
        Path outer = Files.writeString(folder.resolve("outer.txt"), "#input\tlist.tsv\ncat/2.png\n");
        Path plain = Files.writeString(folder.resolve("plain.txt"), "a.png\n");
        assertThat(ImageInput.lists(outer.toString())).containsExactly(outer, inner);
        assertThat(ImageInput.lists(plain.toString())).isEmpty();
        assertThat(ImageInput.lists(folder.toString())).isEmpty();
        assertThat(ImageInput.lists("cifar10:part.bin")).isEmpty();
        Path self = Files.writeString(folder.resolve("self.tsv"), "#input\tself.tsv\na\n");
        assertThat(ImageInput.lists(self.toString())).contains(self);
    }

    @Test
    void paths_listsThenWhatTheyAreOf_withoutWhatSaysHowItIsRead() throws IOException {
        Path inner = list("#input\tcifar10:batches#train\n1\n");
        Path outer = Files.writeString(folder.resolve("outer.txt"), "#input\tlist.tsv\n1\n");
        Path plain = Files.writeString(folder.resolve("plain.txt"), "a.png\n");
        assertThat(ImageInput.paths(outer.toString())).containsExactly(outer, inner, folder.resolve("batches"));
        assertThat(ImageInput.paths(plain.toString())).containsExactly(plain);
        assertThat(ImageInput.paths("cifar100:part.bin")).containsExactly(Path.of("part.bin"));
        assertThat(ImageInput.paths("images#train")).containsExactly(Path.of("images#train"));
        assertThat(ImageInput.paths("data:svhn#test")).isEmpty();
    }

    @Test
    void absolute_specs_keepTheirKind() {
        String here = Path.of("").toAbsolutePath().toString();
        assertThat(ImageInput.absolute("a/../b")).isEqualTo(Path.of(here, "b").toString());
        assertThat(ImageInput.absolute("cifar100:x#test")).isEqualTo("cifar100:" + Path.of(here, "x#test"));
        assertThat(ImageInput.absolute("data:svhn#test")).isEqualTo("data:svhn#test");
    }
}
