// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.feature.Layer;
import io.github.stray.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files written by NumPy. */
class GoldenFilesTest {
    private static final Path GOLDEN = Path.of("..", "golden", "store");

    @TempDir
    Path folder;

    static List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void names_ofGoldenFiles_areThere() throws Exception {
        assertThat(names()).hasSizeGreaterThan(15);
    }

    @ParameterizedTest
    @MethodSource("names")
    void read_fileOfNumpy_isWhatNumpyWrote(String name) throws Exception {
        JsonObject golden = JsonParser.object().from(Files.readString(GOLDEN.resolve(name)));
        Path file = folder.resolve("golden" + golden.getString("suffix"));
        Files.write(file, Base64.getDecoder().decode(golden.getString("file")));
        if (golden.getBoolean("refused")) {
            assertThatThrownBy(() -> Npy.read(file))
                    .isInstanceOf(UnsupportedFileException.class)
                    .hasMessageStartingWith(file + ": ");
            return;
        }
        Tensor tensor = golden.getString("suffix").equals(".npy")
                ? Npy.read(file)
                : Safetensors.open(file).tensor("features");
        double[] values = tensor.type().isFloat() ? tensor.toDoubles() : doubles(tensor.toLongs());
        assertThat(tensor.type().name()).isEqualTo(golden.getString("type"));
        assertThat(golden.getArray("shape")).isEqualTo(integers(tensor.shape()));
        assertThat(values)
                .isEqualTo(golden.getArray("values").stream()
                        .mapToDouble(value -> Double.parseDouble((String) value))
                        .toArray());
        if (golden.has("ids")) {
            FeatureFile features = FeatureFile.read(file);
            assertThat(features.ids()).isEqualTo(golden.getArray("ids"));
            assertThat(features.classNames()).isEqualTo(golden.getArray("classes"));
            assertThat(features.dataset()).isEqualTo(golden.getString("dataset"));
            assertThat(integers(features.labels().orElseThrow().toArray())).isEqualTo(golden.getArray("labels"));
            assertThat(features.space(Layer.FEATURES).normalisation()).hasValue("l2");
            assertThatThrownBy(() -> Safetensors.open(file).tensor("mask"))
                    .hasMessage(file + ": tensor 'mask' holds BOOL; Stray reads F16, BF16, F32, F64, I64 and U8");
        }
    }

    private static double[] doubles(long[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static List<Integer> integers(long[] values) {
        return Arrays.stream(values).mapToObj(value -> (int) value).toList();
    }

    private static List<Integer> integers(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
