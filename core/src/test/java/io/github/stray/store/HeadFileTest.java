// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearHead.Standardisation;
import io.github.stray.probe.SeenSamples;
import io.github.stray.provenance.Provenance;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadFileTest {
    private static final FeatureSpace SPACE = new FeatureSpace(
            Optional.of("net"),
            Optional.of(Layer.FEATURES.id()),
            2,
            Optional.empty(),
            Optional.of("ab12"),
            Optional.empty());
    private static final Provenance PROVENANCE = new Provenance(Map.of("stray", "test"));
    private static final float[] WEIGHT = {1, 2, -3, 0.5f, 4, -0.25f};

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("head.safetensors");
    }

    private static FeatureSet seenSet(List<String> ids) {
        return new FeatureSet(
                FeatureMatrix.copyOf(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), ids, Optional.empty(), SPACE, "set");
    }

    private static LinearHead head(SeenSamples seen, Optional<Standardisation> first, List<String> names) {
        return new LinearHead(FeatureMatrix.copyOf(WEIGHT, 3, 2), new float[] {0.5f, -1, 0}, first, names, SPACE, seen);
    }

    private static Map<String, Tensor> tensors() {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("weight", Tensor.ofFloats(WEIGHT, 3, 2));
        tensors.put("bias", Tensor.ofFloats(new float[] {0.5f, -1, 0}, 3));
        return tensors;
    }

    private Path written(String name, Tensor tensor) throws IOException {
        Map<String, Tensor> tensors = tensors();
        tensors.put(name, tensor);
        SafetensorsWriter.write(file(), tensors, Map.of());
        return file();
    }

    private void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> HeadFile.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void read_writtenHead_isTheSame() throws IOException {
        var first = new Standardisation(new float[] {1, -2}, new float[] {3, 0.1f});
        SeenSamples seen = SeenSamples.of(seenSet(List.of("a", "größe.jpg", "7")));
        LinearHead original = head(seen, Optional.of(first), List.of("ash", "\"birch\"", "猫"));
        HeadFile.write(file(), original, PROVENANCE);
        LinearHead copy = HeadFile.read(file());
        assertThat(copy.weight().toTensor().toFloats()).isEqualTo(WEIGHT);
        assertThat(copy.bias()).containsExactly(0.5f, -1, 0);
        assertThat(copy.standardisation()).hasValue(first);
        assertThat(copy.classNames()).containsExactly("ash", "\"birch\"", "猫");
        assertThat(copy.space()).isEqualTo(SPACE);
        assertThat(copy.seen()).isEqualTo(seen);
        assertThat(copy.seen().count(seenSet(List.of("a", "b", "99")))).isEqualTo(2);
        assertThat(Safetensors.open(file()).names())
                .containsExactlyInAnyOrder("weight", "bias", "mean", "scale", "seen_rows", "seen_ids");
        assertThat(Safetensors.open(file()).metadata().get("stray.provenance")).isEqualTo("{\"stray\":\"test\"}");
    }

    @Test
    void read_bareHead_knowsNothingMore() throws IOException {
        HeadFile.write(file(), head(SeenSamples.UNKNOWN, Optional.empty(), List.of()), PROVENANCE);
        assertThat(Safetensors.open(file()).names()).containsExactly("weight", "bias");
        SafetensorsWriter.write(file(), tensors(), Map.of());
        LinearHead python = HeadFile.read(file());
        assertThat(python.space()).isEqualTo(FeatureSpace.unknown(2));
        assertThat(python.classNames()).isEmpty();
        assertThat(python.standardisation()).isEmpty();
        assertThat(python.seen()).isEqualTo(SeenSamples.UNKNOWN);
    }

    @Test
    void read_otherPrecisions_areTaken() throws IOException {
        ByteBuffer halves = ByteBuffer.allocateDirect(12).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer brains = ByteBuffer.allocateDirect(6).order(ByteOrder.LITTLE_ENDIAN);
        for (float w : WEIGHT) {
            halves.putShort(Float.floatToFloat16(w));
        }
        for (float b : new float[] {0.5f, -1, 0}) {
            brains.putShort((short) (Float.floatToIntBits(b) >>> 16));
        }
        Map<String, Tensor> tensors = tensors();
        tensors.put("weight", Tensor.of(ElementType.F16, new long[] {3, 2}, MemorySegment.ofBuffer(halves.flip())));
        tensors.put("bias", Tensor.of(ElementType.BF16, new long[] {3}, MemorySegment.ofBuffer(brains.flip())));
        tensors.put("mean", Tensor.ofDoubles(new double[] {0.1, 2}, 2));
        tensors.put("scale", Tensor.ofDoubles(new double[] {1, 2}, 2));
        SafetensorsWriter.write(file(), tensors, Map.of());
        LinearHead head = HeadFile.read(file());
        assertThat(head.weight().toTensor().toFloats()).isEqualTo(WEIGHT);
        assertThat(head.bias()).containsExactly(0.5f, -1, 0);
        assertThat(head.standardisation().orElseThrow().mean()).containsExactly(0.1f, 2);
        HeadFile.write(file(), head, PROVENANCE);
        assertThat(HeadFile.read(file()).weight().storage()).isEqualTo(ElementType.F16);
    }

    @Test
    void read_seenIdsAlone_areKnownAgainUnlessNumbers() throws IOException {
        LinearHead head = HeadFile.read(written("seen_ids", TextTensor.of("a\n2\n")));
        assertThat(head.seen().ids()).containsExactly("a", "2");
        assertThat(head.seen().count(seenSet(List.of("a", "b", "2")))).isEqualTo(1);
        assertThat(HeadFile.read(written("seen_ids", TextTensor.of("a\n\nb")))
                        .seen()
                        .ids())
                .containsExactly("a", "", "b");
        assertThat(HeadFile.read(written("seen_ids", TextTensor.of(""))).seen().ids())
                .isEmpty();
    }

    @Test
    void read_whatIsNoHead_saysWhatIsMissing() throws IOException {
        SafetensorsWriter.write(file(), Map.of("weight", Tensor.ofFloats(WEIGHT, 3, 2)), Map.of());
        assertRefused(file(), "expected tensors 'weight' [C, d] and 'bias' [C] (zeros if it has none), found [weight]");
        SafetensorsWriter.write(file(), Map.of("features", Tensor.ofFloats(WEIGHT, 3, 2)), Map.of());
        assertRefused(file(), "holds no linear head");
        assertRefused(written("weight", Tensor.ofFloats(WEIGHT, 6)), "'weight' must be floating point [C, d]");
        assertRefused(written("weight", Tensor.ofLongs(new long[6], 3, 2)), "'weight' must be floating point [C, d]");
        assertRefused(written("weight", Tensor.ofFloats(new float[0], 3, 0)), "holds no usable head");
        assertRefused(
                written("bias", Tensor.ofFloats(new float[2], 2)),
                "'bias' must be floating point [C] with C = 3 as in 'weight', got Tensor[F32 [2]]");
        assertRefused(written("bias", Tensor.ofFloats(new float[3], 3, 1)), "'bias' must be");
        assertRefused(written("bias", Tensor.ofLongs(new long[3], 3)), "'bias' must be");
    }

    @Test
    void read_badFurtherTensors_areNamed() throws IOException {
        Tensor two = Tensor.ofFloats(new float[] {1, 1}, 2);
        assertRefused(written("mean", two), "has 'mean' without 'scale'");
        assertRefused(written("scale", two), "has 'scale' without 'mean'");
        Map<String, Tensor> tensors = tensors();
        tensors.put("mean", two);
        tensors.put("scale", Tensor.ofFloats(new float[3], 3));
        SafetensorsWriter.write(file(), tensors, Map.of());
        assertRefused(file(), "'scale' must be floating point [d] with d = 2 as in 'weight'");
        tensors.put("scale", Tensor.ofFloats(new float[] {1, 0}, 2));
        SafetensorsWriter.write(file(), tensors, Map.of());
        assertRefused(file(), "scale 0.0 of dimension 1");
        assertRefused(written("bias", Tensor.ofFloats(new float[] {0, Float.NaN, 0}, 3)), "bias of class 1 is NaN");
        assertRefused(written("seen_rows", Tensor.ofLongs(new long[3], 3)), "'seen_rows' without 'seen_ids'");
        tensors = tensors();
        tensors.put("seen_ids", TextTensor.of("a\nb"));
        tensors.put("seen_rows", Tensor.ofLongs(new long[3], 3));
        SafetensorsWriter.write(file(), tensors, Map.of());
        assertRefused(file(), "'seen_ids' holds 2 lines for 3 rows");
        tensors.put("seen_rows", two);
        SafetensorsWriter.write(file(), tensors, Map.of());
        assertRefused(file(), "'seen_rows' must be I64 [n]");
        assertRefused(written("seen_ids", two), "'seen_ids' must be UTF-8 text");
    }

    @Test
    void read_badMetadata_isNamed() throws IOException {
        SafetensorsWriter.write(file(), tensors(), Map.of("stray.classes", "[\"a\"]"));
        assertRefused(file(), "a head of 3 classes has 1 class names");
        SafetensorsWriter.write(file(), tensors(), Map.of("stray.space", "{\"dimension\":7}"));
        assertRefused(file(), "says dimension 7");
    }

    @Test
    void read_anyTruncationOrFlippedBit_isRefused() throws IOException {
        HeadFile.write(
                file(), head(SeenSamples.of(seenSet(List.of("a", "b", "c"))), Optional.empty(), List.of()), PROVENANCE);
        byte[] bytes = Files.readAllBytes(file());
        for (int length = 0; length < bytes.length; length += 7) {
            Files.write(file(), Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> HeadFile.read(file())).isInstanceOf(BadFileException.class);
        }
        for (int i = 0; i < bytes.length; i += 3) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 4;
            Files.write(file(), damaged);
            assertThatThrownBy(() -> HeadFile.read(file())).isInstanceOf(BadFileException.class);
        }
    }

    @Test
    void write_idWithALineBreak_isRefusedAndLeavesNothing() {
        LinearHead head = head(SeenSamples.of(seenSet(List.of("a", "b\nc", "d"))), Optional.empty(), List.of());
        assertThatThrownBy(() -> HeadFile.write(file(), head, PROVENANCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line break");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void read_pickle_isNamed() {
        assertThatThrownBy(() -> HeadFile.read(Path.of("head.pt"))).hasMessageContaining("is a PyTorch pickle");
    }
}
