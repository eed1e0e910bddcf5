// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    private Path file(String header, int dataBytes) throws IOException {
        return file(header.length(), header, dataBytes);
    }

    private Path file(long headerLength, String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(headerLength).put(text);
        return Files.write(folder.resolve("x.safetensors"), bytes.array());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 | truncated: the file ends at byte",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 9 | damaged: 1 bytes follow",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | needs 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}} | 12 | without gaps or overlaps",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}} | 6 | without gaps or overlaps",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | 8 | key 'a.shape[0]' (-2) must be a whole number, at least 0",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | 8 | key 'a.shape[0]' (2.0) must be a whole number, at least 0",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}} | 0 | is too large",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} | 0 | is too large",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | 8 | expected [begin, end]",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[922337203685477580],\"data_offsets\":[0,922337203685477580]}} | 8 | truncated: ",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | 8 | must consist of",
                "{\"a\":7} | 0 | key 'a' (7) must be an object",
                "{\"__metadata__\":[]} | 0 | key '__metadata__' ([]) must be an object",
                "{\"__metadata__\":{\"a\":1}} | 0 | key '__metadata__.a' (1) must be a text",
                "{\"__metadata__\":{\"stray.format\":\"1\"}} | 0 | stray.crc32c is not",
                "{\"__metadata__\":{\"stray.crc32c\":\"1234\"}} | 0 | expected 8 hexadecimal digits",
                "{a:1} | 0 | the header is no JSON, or is damaged",
                "[] | 0 | is not a safetensors file",
            })
    void open_badHeader_saysWhatIsWrong(String header, int dataBytes, String problem) throws IOException {
        Path file = file(header, dataBytes);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({"1152921504606846976", "-1", "9223372036854775807", "0", "1", "100000001"})
    void open_senselessHeaderLength_isDamaged(long length) throws IOException {
        Path file = file(length, "{}", 0);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("a header of " + Long.toUnsignedString(length) + " bytes");
    }

    @Test
    void open_deeplyNestedHeader_isDamaged() throws IOException {
        Path file = file("{\"a\":" + "[".repeat(1_000_000), 0);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("nested");
    }

    @Test
    @Timeout(10)
    void open_numberOfMillionDigits_isDamagedAtOnce() throws IOException {
        Path file = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[" + "9".repeat(3_000_000) + "]}}", 0);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("a number of more than 1000 digits");
    }

    @Test
    void open_folderOrImageOrNothing_isNamed() throws IOException {
        assertThatThrownBy(() -> Safetensors.open(folder)).hasMessage(folder + ": is a folder, expected a file");
        Path image = Files.write(folder.resolve("x.png"), HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"));
        assertThatThrownBy(() -> Safetensors.open(image))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("is not a safetensors file");
    }

    @Test
    void open_laterFormat_isTooNew() throws IOException {
        String header = "{\"__metadata__\":{\"stray.format\":\"2\",\"stray.crc32c\":\"00000000\"}}";
        var crc = new CRC32C();
        crc.update(header.getBytes(StandardCharsets.US_ASCII));
        String digits = HexFormat.of().toHexDigits((int) crc.getValue());
        Path file = file(header.replace("00000000", digits), 0);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(TooNewFileException.class)
                .hasMessageContaining("too new: it has format 2");
    }

    @Test
    void open_foreignFileWithoutMetadata_isReadUnverified() throws IOException {
        Safetensors file = Safetensors.open(file("{}   ", 0));
        assertThat(file.verified()).isFalse();
        assertThat(file.names()).isEmpty();
        assertThatThrownBy(() -> file.tensor("a")).hasMessageContaining("it holds none");
    }

    @Test
    void rows_interleavedBatches_areEachInOnePiece() throws IOException {
        Path target = folder.resolve("rows.safetensors");
        var expected = new ArrayList<Float>();
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, Map.of())) {
            var a = writer.rows("a", ElementType.F32, 3);
            var b = writer.rows("b", ElementType.BF16, 2, 2);
            var c = writer.rows("c", ElementType.I64);
            var dropped = writer.rows("dropped", ElementType.U8);
            for (int batch = 0; batch < 50_000; batch++) {
                a.floats(new float[] {9, batch, batch + 1, batch + 2}, 1, 3);
                b.floats(new float[] {1, 2, 3, 4}, 0, 4);
                c.longs(batch, -batch);
                dropped.bytes((byte) 1);
                expected.add((float) batch);
            }
            dropped.discard();
            writer.commit();
        }
        Safetensors file = Safetensors.open(target);
        assertThat(file.names()).containsExactly("a", "b", "c");
        assertThat(file.tensor("a").shape()).containsExactly(50_000, 3);
        assertThat(file.tensor("b").shape()).containsExactly(50_000, 2, 2);
        assertThat(file.tensor("c").shape()).containsExactly(100_000);
        float[] a = file.tensor("a").toFloats();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(a[3 * i]).isEqualTo(expected.get(i));
        }
        assertThat(file.tensor("c").toLongs()[99_999]).isEqualTo(-49_999);
        assertThat(leftovers()).containsExactly("rows.safetensors");
    }

    @Test
    void floats_halfPrecision_areRoundedToNearestEven() throws IOException {
        Path target = folder.resolve("half.safetensors");
        float[] values = {1f, 0x1.01p0f, 0x1.03p0f, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -0f};
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, Map.of())) {
            writer.tensor("b", ElementType.BF16, values.length).floats(values, 0, values.length);
            writer.commit();
        }
        assertThat(Safetensors.open(target).tensor("b").toFloats())
                .containsExactly(1f, 1f, 1.015625f, Float.NaN, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, -0f);
    }

    @Test
    void commit_incompleteTensor_isRefusedAndLeavesTheOldFile() throws IOException {
        Path target = Files.writeString(folder.resolve("old.safetensors"), "old");
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, Map.of())) {
            var fixed = writer.tensor("fixed", ElementType.F32, 2);
            fixed.floats(new float[1], 0, 1);
            assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> fixed.floats(new float[2], 0, 2)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(target).hasContent("old");
        assertThat(leftovers()).containsExactly("old.safetensors");
    }

    @Test
    void create_reservedMetadata_isRefused() {
        assertThatThrownBy(() -> SafetensorsWriter.create(folder.resolve("x"), Map.of("stray.format", "1")))
                .hasMessage("metadata 'stray.format' is set by the writer");
    }

    @Test
    void write_readByIndependentReader_isTheSame() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(
                Files.isExecutable(python)
                        && new ProcessBuilder(python.toString(), "-c", "import numpy")
                                        .start()
                                        .waitFor()
                                == 0,
                "needs NumPy");
        Path target = folder.resolve("x.safetensors");
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("features", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, -0.5f}, 3, 2));
        tensors.put("labels", Tensor.ofLongs(new long[] {1, -1, 2}, 3));
        tensors.put("ids", TextTensor.of("a\nb\nc"));
        SafetensorsWriter.write(target, tensors, Map.of("stray.dataset", "é"));
        assertThat(python(python, target))
                .contains(
                        "\"features\", \"shape\": [3, 2], \"values\": [\"1.0\", \"2.0\", \"3.0\", \"4.0\", \"5.0\", \"-0.5\"]")
                .contains("\"labels\", \"shape\": [3], \"values\": [\"1.0\", \"-1.0\", \"2.0\"]")
                .contains("\"stray.dataset\": \"\\u00e9\"");
        Path npy = folder.resolve("x.npy");
        try (NpyWriter writer = NpyWriter.create(npy, ElementType.U8, 1, 2, 3)) {
            writer.bytes((byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 255);
            writer.commit();
        }
        assertThat(python(python, npy))
                .contains("[1, 1, 2, 3], \"dtype\": \"|u1\"")
                .contains("\"255.0\"");
    }

    private static String python(Path python, Path file) throws IOException {
        Process process = new ProcessBuilder(python.toString(), "../tools/golden/store.py", "--check", file.toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String entry(String name, String type, long extent, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                .formatted(name, type, extent, begin, end);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 8, 4, 'truncated: the file ends at byte 4, its last tensor at byte 8'",
        "0, 8, 9, 'damaged: 1 bytes follow the last tensor, from byte 8'",
        "4, 12, 12, 'damaged: tensor ''a'' starts at byte 4, expected 0'",
    })
    void open_wrongOffsets_areSaidFromTheStartOfTheFile(int begin, int end, int dataBytes, String problem)
            throws IOException {
        String header = "{" + entry("a", "U8", 8, begin, end) + "}";
        int start = 8 + header.length();
        String expected = Pattern.compile("(?<=byte |expected )\\d+")
                .matcher(problem)
                .replaceAll(match -> Integer.toString(start + Integer.parseInt(match.group())));
        Path file = file(header, dataBytes);
        assertThatThrownBy(() -> Safetensors.open(file)).hasMessageStartingWith(file + ": " + expected);
    }

    @Test
    void open_offsetTooLargeToAdd_isSaidAsASum() throws IOException {
        String header = "{" + entry("a", "X9", 7, Long.MAX_VALUE - 7, Long.MAX_VALUE) + "}";
        Path file = file(header, 0);
        assertThatThrownBy(() -> Safetensors.open(file))
                .hasMessageContaining("starts at byte %d + 9223372036854775800, ", 8 + header.length());
    }

    @Test
    void open_cutHeader_saysWhereBothEnd() throws IOException {
        Path file = file(100, "{\"a\"", 0);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(TruncatedFileException.class)
                .hasMessageEndingWith("the file ends at byte 12 inside its header, which ends at byte 108");
    }

    @Test
    void open_shortestHeader_isAFileWithoutTensors() throws IOException {
        assertThat(Safetensors.open(file("{}", 0)).names()).isEmpty();
    }

    @Test
    void open_tensorsInOtherOrderThanTheirBytes_areRead() throws IOException {
        String header = "{%s,%s,%s}"
                .formatted(entry("c", "U8", 1, 3, 4), entry("b", "U8", 3, 0, 3), entry("none", "U8", 0, 0, 0));
        Path path = file(header, 4);
        byte[] bytes = Files.readAllBytes(path);
        System.arraycopy(new byte[] {1, 2, 3, 4}, 0, bytes, bytes.length - 4, 4);
        Safetensors file = Safetensors.open(Files.write(path, bytes));
        assertThat(file.names()).containsExactly("c", "b", "none");
        assertThat(file.tensor("b").toLongs()).containsExactly(1, 2, 3);
        assertThat(file.tensor("c").toLongs()).containsExactly(4);
        assertThat(file.tensor("none").size()).isZero();
    }

    /** More than a block of the writer's buffer and of the checksum, behind a tensor that stays in the buffer. */
    @Test
    void write_largeTensorBehindASmallOne_isVerifiedAndTheSame() throws IOException {
        byte[] large = new byte[(1 << 24) + 7];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i ^ i >>> 8);
        }
        Path target = folder.resolve("large.safetensors");
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, Map.of())) {
            var small = writer.tensor("small", ElementType.F32, 3);
            var bytes = writer.tensor("large", ElementType.U8, large.length);
            var floats = writer.tensor("floats", ElementType.F32, 100_000);
            small.floats(new float[] {1, 2, 3}, 0, 3);
            bytes.bytes(large);
            floats.floats(new float[100_000], 0, 100_000);
            writer.commit();
        }
        Safetensors file = Safetensors.open(target);
        assertThat(file.verified()).isTrue();
        assertThat(file.tensor("small").toFloats()).containsExactly(1, 2, 3);
        assertThat(file.tensor("large").data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(large);
        assertThat(file.tensor("floats").toFloats()).hasSize(100_000).containsOnly(0);
    }

    @Test
    void tensor_takenNameOrTooMuch_isRefused() throws IOException {
        try (SafetensorsWriter writer = SafetensorsWriter.create(folder.resolve("x.safetensors"), Map.of())) {
            var bytes = writer.tensor("a", ElementType.U8, 2);
            var longs = writer.tensor("b", ElementType.I64, 1);
            var rows = writer.tensor("c", ElementType.F32, 1);
            assertThatThrownBy(() -> writer.tensor("a", ElementType.U8, 1)).hasMessage("the tensor name 'a' is taken");
            assertThatThrownBy(() -> writer.rows("__metadata__", ElementType.U8))
                    .hasMessage("the tensor name '__metadata__' is taken");
            bytes.bytes((byte) 1);
            assertThatThrownBy(() -> bytes.bytes(new byte[3]))
                    .hasMessage("tensor 'a' of shape [2] holds 2 elements, got 2 more than that");
            assertThatThrownBy(() -> longs.longs(1, 2)).hasMessageEndingWith("holds 1 elements, got 1 more than that");
            assertThatThrownBy(() -> rows.append(Tensor.ofFloats(new float[4], 4)))
                    .hasMessageEndingWith("holds 1 elements, got 3 more than that");
        }
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void write_firstAppendedTensor_reservesTheHeader() throws IOException {
        Path target = folder.resolve("x.safetensors");
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2}, 2);
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, Map.of())) {
            writer.tensor("a", ElementType.F32, 2).append(tensor);
            assertThatThrownBy(() -> writer.tensor("late", ElementType.U8, 1))
                    .hasMessage("tensor 'late' named after data was written");
            writer.commit();
        }
        assertThat(Safetensors.open(target).tensor("a").toFloats()).containsExactly(1, 2);
    }

    @Test
    void bytes_manyBehindAFew_stayInTheirOrder() throws IOException {
        byte[] many = new byte[600_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = (byte) (i ^ i >>> 8);
        }
        Path target = folder.resolve("x.safetensors");
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, Map.of())) {
            var column = writer.rows("a", ElementType.U8);
            column.bytes((byte) 1, (byte) 2);
            column.bytes(many);
            column.bytes((byte) 3);
            writer.commit();
        }
        byte[] read = Safetensors.open(target).tensor("a").data().toArray(ValueLayout.JAVA_BYTE);
        assertThat(read).hasSize(many.length + 3).startsWith(1, 2).endsWith(3);
        assertThat(Arrays.copyOfRange(read, 2, read.length - 1)).isEqualTo(many);
    }

    @Test
    void close_ofAnArrayWithoutCommit_leavesNothing() throws IOException {
        try (NpyWriter writer = NpyWriter.create(folder.resolve("x.npy"), ElementType.U8)) {
            writer.bytes((byte) 1);
        }
        assertThat(leftovers()).isEmpty();
    }
}
