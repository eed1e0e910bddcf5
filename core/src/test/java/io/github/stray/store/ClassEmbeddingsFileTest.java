// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.provenance.Provenance;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassEmbeddingsFileTest {
    private static final Tensor THREE = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    private static final Map<String, String> NAMES = Map.of("stray.classes", "[\"cat\",\"dog\",\"émeu\"]");

    @TempDir
    Path folder;

    private Path write(Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Path path = folder.resolve("t.safetensors");
        Files.deleteIfExists(path);
        SafetensorsWriter.write(path, tensors, metadata);
        return path;
    }

    private void assertRefused(Map<String, Tensor> tensors, Map<String, String> metadata, String... message)
            throws IOException {
        Path path = write(tensors, metadata);
        assertThatThrownBy(() -> ClassEmbeddingsFile.read(path))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContainingAll(message);
        assertThatThrownBy(() -> ClassEmbeddingsFile.readNegatives(path)).hasMessageContainingAll(message);
    }

    @Test
    void read_rowsNamesAndSpace() throws IOException {
        Path path = write(
                Map.of("embeddings", THREE),
                Map.of(
                        "stray.classes",
                        NAMES.get("stray.classes"),
                        "stray.space",
                        "{\"extractor\":\"clip\",\"layer\":\"embeddings\",\"dimension\":2}"));
        ClassEmbeddings classes = ClassEmbeddingsFile.read(path);
        assertThat(classes.names()).containsExactly("cat", "dog", "émeu");
        assertThat(classes.rows().row(2)).containsExactly(5, 6);
        assertThat(classes.space().extractor()).hasValue("clip");
        assertThat(classes.space().layer()).hasValue("embeddings");
    }

    @Test
    void write_anyEmbeddings_readBackEqual() throws IOException {
        Path path = folder.resolve("written.safetensors");
        var space = new FeatureSpace(
                Optional.of("clip"),
                Optional.of(Layer.EMBEDDINGS.id()),
                2,
                Optional.of("l2"),
                Optional.of("ab"),
                Optional.of("tokenizer"));
        var classes = new ClassEmbeddings(FeatureMatrix.of(THREE), List.of("a \"cat\"", "dog", "émeu"), space);
        ClassEmbeddingsFile.write(path, classes, Provenance.now(Map.of("command", "stray text")));
        ClassEmbeddings read = ClassEmbeddingsFile.read(path);
        assertThat(read.names()).isEqualTo(classes.names());
        assertThat(read.space()).isEqualTo(space);
        assertThat(read.rows().row(1)).containsExactly(3, 4);
        assertThat(Safetensors.open(path).metadata()).containsKeys("stray.provenance", "stray.format");
        var nameless = new ClassEmbeddings(FeatureMatrix.of(THREE), List.of(), FeatureSpace.unknown(2));
        ClassEmbeddingsFile.write(path, nameless, Provenance.now(Map.of()));
        assertThat(ClassEmbeddingsFile.read(path).names()).isEmpty();
    }

    @Test
    void read_bareTensor_hasNoNamesAndAnUnknownSpace() throws IOException {
        ClassEmbeddings classes = ClassEmbeddingsFile.read(write(Map.of("embeddings", THREE), Map.of()));
        assertThat(classes.names()).isEmpty();
        assertThat(classes.space()).isEqualTo(FeatureSpace.unknown(2));
    }

    @Test
    void read_everyFloatingType_sameCosines() throws IOException {
        double[] expected = ClassEmbeddingsFile.read(write(Map.of("embeddings", THREE), Map.of()))
                .cosines(new float[] {1, -2}, 1);
        double[] doubles = new double[6];
        ByteBuffer halves = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer brains = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 6; i++) {
            doubles[i] = i + 1;
            halves.putShort(Float.floatToFloat16(i + 1));
            brains.putShort((short) (Float.floatToIntBits(i + 1) >>> 16));
        }
        for (Tensor rows : new Tensor[] {
            Tensor.of(ElementType.F16, new long[] {3, 2}, MemorySegment.ofArray(halves.array())),
            Tensor.of(ElementType.BF16, new long[] {3, 2}, MemorySegment.ofArray(brains.array())),
            Tensor.ofDoubles(doubles, 3, 2)
        }) {
            assertThat(ClassEmbeddingsFile.read(write(Map.of("embeddings", rows), Map.of()))
                            .cosines(new float[] {1, -2}, 1))
                    .containsExactly(expected, within(0.0));
        }
    }

    @Test
    void read_whatIsNoClassEmbeddings_saysWhatItHolds() throws IOException {
        assertRefused(Map.of("features", THREE), NAMES, "holds no class embeddings", "[C, e]", "[features]");
        assertRefused(
                Map.of("embeddings", Tensor.ofFloats(new float[6], 6)), Map.of(), "'embeddings'", "[n, d]", "[6]");
        assertRefused(Map.of("embeddings", Tensor.ofFloats(new float[6], 1, 2, 3)), Map.of(), "[n, d]");
        assertRefused(Map.of("embeddings", Tensor.ofLongs(new long[6], 3, 2)), Map.of(), "floating point");
        assertRefused(Map.of("embeddings", Tensor.ofFloats(new float[0], 0, 2)), Map.of(), "at least one class");
        assertRefused(Map.of("embeddings", Tensor.ofFloats(new float[0], 3, 0)), Map.of(), "1 to 2^31-1 dimensions");
        assertRefused(
                Map.of("embeddings", THREE),
                Map.of("stray.classes", "[\"cat\"]"),
                "1 names for the embeddings of 3 classes");
        assertRefused(Map.of("embeddings", THREE), Map.of("stray.classes", "cat"), "stray.classes is no JSON");
        assertRefused(Map.of("embeddings", THREE), Map.of("stray.space", "{"), "stray.space");
        assertRefused(
                Map.of("embeddings", THREE), Map.of("stray.space", "{\"dimension\":3}"), "says dimension 3", "has 2");
    }

    @Test
    void read_rowsWithoutDirection_areNamed() throws IOException {
        Tensor zero = Tensor.ofFloats(new float[] {1, 2, 0, 0, 5, 6}, 3, 2);
        assertRefused(Map.of("embeddings", zero), NAMES, "the embedding of 'dog' is zero");
        assertRefused(Map.of("embeddings", zero), Map.of(), "embedding 1 is zero");
        Tensor broken = Tensor.ofFloats(new float[] {1, 2, 3, 4, Float.NaN, 6}, 3, 2);
        assertRefused(Map.of("embeddings", broken), NAMES, "row 2", "NaN");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 20, -1})
    void read_truncated_isRefused(int length) throws IOException {
        Path path = write(Map.of("embeddings", THREE), NAMES);
        byte[] bytes = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
        assertThatThrownBy(() -> ClassEmbeddingsFile.read(path)).isInstanceOf(BadFileException.class);
        assertThatThrownBy(() -> ClassEmbeddingsFile.readNegatives(path)).isInstanceOf(BadFileException.class);
    }

    @Test
    void read_damagedHeader_isRefused() throws IOException {
        Path path = write(Map.of("embeddings", THREE), NAMES);
        byte[] bytes = Files.readAllBytes(path);
        bytes[9] = 'x';
        Files.write(path, bytes);
        assertThatThrownBy(() -> ClassEmbeddingsFile.read(path)).isInstanceOf(DamagedFileException.class);
    }

    @Test
    void read_otherFiles_sayTheWayOut() {
        assertThatThrownBy(() -> ClassEmbeddingsFile.read(folder.resolve("t.pt")))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("PyTorch pickle");
        assertThatThrownBy(() -> ClassEmbeddingsFile.readNegatives(folder.resolve("absent.safetensors")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void readNegatives_partsOfEitherType() throws IOException {
        Tensor bytes = Tensor.of(ElementType.U8, new long[] {3}, MemorySegment.ofArray(new byte[] {0, 1, (byte) 200}));
        assertThat(negatives(bytes).parts()).containsExactly(0, 1, 200);
        assertThat(negatives(Tensor.ofLongs(new long[] {-5, 1, 0}, 3)).parts()).containsExactly(-5, 1, 0);
        assertThat(negatives(Tensor.ofLongs(new long[] {-5, 1, 0}, 3)).words().names())
                .containsExactly("cat", "dog", "émeu");
    }

    @Test
    void readNegatives_withoutParts_isOnePart() throws IOException {
        assertThat(ClassEmbeddingsFile.readNegatives(write(Map.of("embeddings", THREE), NAMES))
                        .parts())
                .containsExactly(0, 0, 0);
    }

    @Test
    void readNegatives_badParts_areRefused() {
        for (Tensor parts : new Tensor[] {
            Tensor.ofLongs(new long[2], 2), Tensor.ofLongs(new long[3], 3, 1), Tensor.ofFloats(new float[3], 3)
        }) {
            assertThatThrownBy(() -> negatives(parts))
                    .isInstanceOf(UnsupportedFileException.class)
                    .hasMessageContaining("'parts' must be 3 integers, one a word");
        }
        assertThatThrownBy(() -> negatives(Tensor.ofLongs(new long[] {0, 1L << 32, 0}, 3)))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("'parts' of word 1 is 4294967296, expected a number of 32 bits");
    }

    private NegativeWords negatives(Tensor parts) throws IOException {
        return ClassEmbeddingsFile.readNegatives(write(Map.of("embeddings", THREE, "parts", parts), NAMES));
    }

    @Test
    void read_pickle_isNamed() {
        assertThatThrownBy(() -> ClassEmbeddingsFile.read(Path.of("text.pkl")))
                .hasMessageContaining("is a Python pickle");
    }
}
