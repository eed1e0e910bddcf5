// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonObject;
import io.github.stray.vision.Goldens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatFileTest {
    @TempDir
    private Path folder;

    static Stream<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "golden", "mat"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static byte[] content(JsonObject golden) {
        return Base64.getDecoder().decode(golden.getString("file"));
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("x.mat"), content);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void variables_writtenBySciPy_areWhatItWrote(String name) throws IOException {
        JsonObject golden = Goldens.read("mat/" + name);
        MatFile mat = MatFile.of(write(content(golden)));
        for (String variable : golden.getObject("numbers").keySet()) {
            double[] expected = golden.getObject("numbers").getArray(variable).stream()
                    .mapToDouble(value -> ((Number) value).doubleValue())
                    .toArray();
            assertThat(mat.numbers(variable)).as(variable).containsExactly(expected);
        }
        for (String variable : golden.getObject("texts").keySet()) {
            assertThat(mat.texts(variable))
                    .as(variable)
                    .containsExactlyElementsOf(golden.getObject("texts").getArray(variable).stream()
                            .map(String::valueOf)
                            .toList());
        }
        for (String variable : golden.getObject("bytes").keySet()) {
            JsonObject expected = golden.getObject("bytes").getObject(variable);
            try (MatBytes bytes = mat.bytes(variable)) {
                assertThat(bytes.dimensions().stream().map(Integer::longValue).toList())
                        .isEqualTo(expected.getArray("dimensions").stream()
                                .map(value -> ((Number) value).longValue())
                                .toList());
                byte[] values = bytes.next(Integer.MAX_VALUE);
                assertThat(values).hasSize(expected.getArray("values").size());
                for (int i = 0; i < values.length; i++) {
                    assertThat(values[i] & 0xFF)
                            .isEqualTo(expected.getArray("values").getInt(i));
                }
            }
        }
    }

    @Test
    void variables_ofAnotherKind_areNamed() throws IOException {
        MatFile mat = MatFile.of(write(content(Goldens.read("mat/others.json"))));
        assertThatThrownBy(() -> mat.numbers("missing")).hasMessageContaining("it has no variable 'missing'");
        assertThatThrownBy(() -> mat.numbers("words")).hasMessageContaining("'words' is no array of numbers");
        assertThatThrownBy(() -> mat.texts("last")).hasMessageContaining("'last' is no cell array");
        assertThatThrownBy(() -> mat.bytes("last")).hasMessageContaining("'last' is no array of type uint8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits-compressed.json", "digits-plain.json", "others.json", "types-compressed.json"})
    void variables_truncatedAnywhere_areRefusedWithTheFile(String name) throws IOException {
        byte[] content = content(Goldens.read("mat/" + name));
        String last = name.startsWith("digits") ? "y" : name.startsWith("others") ? "last" : "empty";
        // The last bytes of a compressed variable are a checksum behind its values, or padding.
        for (int length = 0; length < content.length - 16; length += 1 + content.length / 199) {
            Path file = write(Arrays.copyOf(content, length));
            assertThatThrownBy(() -> MatFile.of(file).numbers(last))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("x.mat");
        }
    }

    /** A few bytes may speak of any number of values. */
    @Test
    void numbers_moreThanFitMemory_areRefusedUnread() throws IOException {
        var content = ByteBuffer.allocate(128 + 8 + 48).order(ByteOrder.LITTLE_ENDIAN);
        content.position(124).putShort((short) 0x0100).put((byte) 'I').put((byte) 'M');
        content.putInt(14).putInt(48);
        content.putInt(6).putInt(8).putInt(9).putInt(0);
        content.putInt(5).putInt(8).putInt(4_000_001).putInt(1);
        content.putInt(1).putInt(1).put((byte) 'x');
        MatFile mat = MatFile.of(write(content.array()));
        assertThatThrownBy(() -> mat.numbers("x"))
                .hasMessageEndingWith("'x' has 4,000,001 values, more than are read into memory");
    }

    /** Damage may go unnoticed in values, but nothing else than an IOException may come of it. */
    @ParameterizedTest
    @ValueSource(strings = {"types-plain.json", "others.json", "dogs-train.json"})
    void variables_damaged_neverFailOtherwise(String name) throws IOException {
        JsonObject golden = Goldens.read("mat/" + name);
        byte[] content = content(golden);
        readAll(MatFile.of(write(content)), golden);
        var random = new SplittableRandom(42);
        var refusals = new AtomicInteger();
        for (int round = 0; round < 300; round++) {
            byte[] damaged = content.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                damaged[128 + random.nextInt(content.length - 128)] = (byte) random.nextInt();
            }
            Path file = write(damaged);
            assertThatCode(() -> {
                        try {
                            readAll(MatFile.of(file), golden);
                        } catch (IOException refused) {
                            assertThat(refused).hasMessageContaining("x.mat").hasMessageNotContaining("null");
                            refusals.incrementAndGet();
                        }
                    })
                    .as("round %d of seed 42", round)
                    .doesNotThrowAnyException();
        }
        assertThat(refusals).hasValueBetween(30, 299);
    }

    /** Every variable, whatever its values. */
    private static void readAll(MatFile mat, JsonObject golden) throws IOException {
        for (String variable : golden.getObject("numbers").keySet()) {
            mat.numbers(variable);
        }
        for (String variable : golden.getObject("texts").keySet()) {
            mat.texts(variable);
        }
        for (String variable : golden.getObject("bytes").keySet()) {
            try (MatBytes bytes = mat.bytes(variable)) {
                bytes.next(Integer.MAX_VALUE);
            }
        }
    }

    @Test
    void file_ofAnotherFormat_saysWhich() throws IOException {
        byte[] text = new byte[600];
        Arrays.fill(text, (byte) ' ');
        System.arraycopy("MATLAB 7.3 MAT-file".getBytes(StandardCharsets.US_ASCII), 0, text, 0, 19);
        Path hdf = write(text);
        assertThatThrownBy(() -> MatFile.of(hdf)).hasMessageContaining("HDF5").hasMessageContaining("-v7");
        Path other = write("This is no MATLAB file.".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> MatFile.of(other)).hasMessageContaining("no little-endian MATLAB file of level 5");
    }
}
