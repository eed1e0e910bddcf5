// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZOutputStream;

class CifarTest {
    @TempDir
    Path folder;

    /** Records whose red, green and blue planes hold the label, 100 and a ramp. */
    private static byte[] records(int labelBytes, int... labels) {
        var out = new ByteArrayOutputStream();
        for (int label : labels) {
            out.write(labelBytes == 2 ? 7 : label);
            if (labelBytes == 2) {
                out.write(label);
            }
            for (int i = 0; i < 3 * 1024; i++) {
                out.write(i < 1024 ? label : i < 2048 ? 100 : i & 0xFF);
            }
        }
        return out.toByteArray();
    }

    private static byte[] xz(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        var options = new LZMA2Options();
        options.setDictSize(1 << 20);
        try (var compressed = new XZOutputStream(out, options)) {
            compressed.write(bytes);
        }
        return out.toByteArray();
    }

    /** Sets the dictionary byte of the only block's header and its CRC. */
    private static byte[] withDictionaryOf1GiB(byte[] xz) {
        int header = 12;
        int length = (xz[header] + 1) * 4;
        assertThat(xz[header + 2]).as("LZMA2").isEqualTo((byte) 0x21);
        xz[header + 4] = 36;
        var crc = new CRC32();
        crc.update(xz, header, length - 4);
        ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN).putInt(header + length - 4, (int) crc.getValue());
        return xz;
    }

    @Test
    void of_file_readsLabelsAndInterleavesPlanes() throws Exception {
        Path file = Files.write(folder.resolve("mine.bin"), records(1, 3, 9));
        DatasetSource source = ImageInput.of("cifar10:" + file);
        List<Sample> samples = ImageInputTest.samples(source);
        assertThat(source.classNames()).hasSize(10).startsWith("airplane").endsWith("truck");
        assertThat(source.name()).isEqualTo("mine");
        assertThat(samples.stream().map(Sample::id)).containsExactly("0", "1");
        assertThat(samples.get(1).label()).hasValue(9);
        var pixels = (Pixels) samples.get(1).content();
        assertThat(Arrays.copyOfRange(pixels.rgb(), 6, 12)).containsExactly(9, 100, 2, 9, 100, 3);
    }

    @Test
    void of_cifar100_takesTheFineLabel() throws Exception {
        Path file = Files.write(folder.resolve("test.bin.xz"), xz(records(2, 99, 0)));
        DatasetSource source = ImageInput.of("cifar100:" + file + "#test");
        assertThat(ImageInputTest.samples(source).getFirst().label()).hasValue(99);
        assertThat(source.classNames()).hasSize(100).isSorted();
    }

    @Test
    void of_folder_joinsTheOfficialFiles() throws Exception {
        for (int i = 1; i <= 5; i++) {
            Files.write(folder.resolve("data_batch_" + i + ".bin"), records(1, i, i));
        }
        assertThat(ImageInput.of("cifar10:" + folder).size()).isEqualTo(10);
        Files.write(folder.resolve("test_batch.bin.xz"), xz(records(1, 0)));
        DatasetSource train = ImageInput.of("cifar10:" + folder + "#train");
        assertThat(ImageInputTest.samples(train).getLast().id()).isEqualTo("9");
        assertThat(train.name()).isEqualTo("cifar10-train");
        assertThat(ImageInput.of("cifar10:" + folder + "#test").size()).isEqualTo(1);
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("add #train or #test");
        Files.delete(folder.resolve("data_batch_3.bin"));
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + folder + "#train"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data_batch_3.bin is missing");
        assertThatThrownBy(() -> ImageInput.of("cifar100:" + folder)).hasMessageContaining("no cifar100 files in");
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + folder.resolve("test_batch.bin.xz") + "#train"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not the train split");
    }

    @Test
    void of_damagedFiles_sayWhatIsWrong() throws Exception {
        Path partial = Files.write(folder.resolve("p.bin"), Arrays.copyOf(records(1, 1, 2), 3073 + 5));
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + partial)).hasMessageContaining("ends inside record 1");
        Path label = Files.write(folder.resolve("l.bin"), records(1, 1, 10));
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + label))
                .hasMessageContaining("record 1")
                .hasMessageContaining("label 10");
        Path empty = Files.write(folder.resolve("e.bin"), new byte[0]);
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + empty)).hasMessageContaining("no images in");
        byte[] compressed = xz(records(1, 1, 2, 3));
        Path cut = Files.write(folder.resolve("c.bin.xz"), Arrays.copyOf(compressed, compressed.length - 20));
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + cut))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("damaged or truncated");
        Path greedy = Files.write(folder.resolve("g.bin.xz"), withDictionaryOf1GiB(xz(records(1, 1))));
        assertThatThrownBy(() -> ImageInput.of("cifar10:" + greedy))
                .isInstanceOf(DatasetException.class)
                .hasRootCauseInstanceOf(MemoryLimitException.class);
    }

    @Test
    void select_perClass_works() throws Exception {
        Path file = Files.write(folder.resolve("mine.bin"), records(1, 1, 1, 1, 0, 0));
        DatasetSource source =
                ImageInput.of("cifar10:" + file, new Selection(OptionalInt.empty(), OptionalInt.of(2), 42));
        assertThat(ImageInputTest.samples(source).stream().map(s -> s.label().getAsInt()))
                .containsExactly(1, 1, 0, 0);
        assertThat(source.classNames()).hasSize(10);
    }
}
