// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.Remedy;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureFileTest {
    private static final Path SHARED =
            Path.of(Objects.requireNonNullElse(System.getenv("STRAY_SHARED"), "../../shared"));
    private static final Provenance PROVENANCE = new Provenance(Map.of("stray", "test"));

    @TempDir
    Path folder;

    private static FeatureSpace space(Layer layer, int dimension) {
        return new FeatureSpace(
                Optional.of("net"),
                Optional.of(layer.id()),
                dimension,
                Optional.of("none"),
                Optional.of("abc"),
                Optional.of("resize 32"));
    }

    private static Map<Layer, FeatureSpace> threeLayers() {
        var spaces = new LinkedHashMap<Layer, FeatureSpace>();
        spaces.put(Layer.FEATURES, space(Layer.FEATURES, 2));
        spaces.put(Layer.LOGITS, space(Layer.LOGITS, 3));
        spaces.put(Layer.PATCHES, space(Layer.PATCHES, 1));
        return spaces;
    }

    private static FeatureBatch batch(int from, int n, OptionalInt label) {
        var ids = IntStream.range(from, from + n).mapToObj(i -> "é" + i).toList();
        float[] features = new float[n * 2];
        float[] logits = new float[n * 3];
        float[] patches = new float[n * 4];
        for (int i = 0; i < n; i++) {
            features[2 * i] = from + i;
            logits[3 * i + 1] = -from - i;
            patches[4 * i + 3] = 2 * (from + i);
        }
        return new FeatureBatch(
                ids,
                Collections.nCopies(n, label),
                Map.of(Layer.FEATURES, features, Layer.LOGITS, logits, Layer.PATCHES, patches));
    }

    private Path write(OptionalInt lastLabel) throws IOException {
        Path target = folder.resolve("f.safetensors");
        try (var writer = FeatureFileWriter.create(target, threeLayers(), List.of("cat", "dog"), "set", PROVENANCE)) {
            writer.accept(batch(0, 7, OptionalInt.of(1)));
            writer.failed(new FailedSample("bad", "reason"));
            writer.accept(batch(7, 3, lastLabel));
            writer.commit();
        }
        return target;
    }

    @Test
    void read_severalLayers_areWhatWasAppended() throws IOException {
        FeatureFile file = FeatureFile.read(write(OptionalInt.of(0)));
        assertThat(file.layers()).containsExactly(Layer.FEATURES, Layer.LOGITS, Layer.PATCHES);
        assertThat(file.rows()).isEqualTo(10);
        assertThat(file.ids()).hasSize(10).startsWith("é0").endsWith("é9");
        assertThat(file.dataset()).isEqualTo("set");
        assertThat(file.provenance()).hasValue(PROVENANCE);
        assertThat(file.labels().orElseThrow())
                .isEqualTo(Labels.of(new int[] {1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, List.of("cat", "dog")));
        FeatureSet logits = file.layer(Layer.LOGITS);
        assertThat(logits.space()).isEqualTo(space(Layer.LOGITS, 3));
        assertThat(file.layer(Layer.FEATURES).space()).isEqualTo(space(Layer.FEATURES, 2));
        for (int i = 0; i < 10; i++) {
            assertThat(file.layer(Layer.FEATURES).features().row(i)).containsExactly(i, 0);
            assertThat(logits.features().row(i)[1]).isEqualTo((float) -i);
        }
        assertThat(file.tensor(Layer.PATCHES).shape()).containsExactly(10, 4, 1);
        assertThat(file.tensor(Layer.PATCHES).toFloats()[39]).isEqualTo(18);
        assertThatThrownBy(() -> file.layer(Layer.EMBEDDINGS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no layer 'embeddings'; it has 'features' [10, 2], 'logits' [10, 3]")
                .hasFieldOrPropertyWithValue("remedy", Remedy.LAYER)
                .hasFieldOrPropertyWithValue("about", "embeddings");
        assertThatThrownBy(() -> file.layer(Layer.PATCHES)).hasMessageContaining("patches are no rows");
    }

    @Test
    void commit_oneRowWithoutLabel_writesNoLabels() throws IOException {
        assertThat(FeatureFile.read(write(OptionalInt.empty())).labels()).isEmpty();
    }

    @Test
    void commit_noRows_isAFileWithoutRows() throws IOException {
        Path target = folder.resolve("empty.safetensors");
        try (var writer = FeatureFileWriter.create(target, threeLayers(), List.of(), "set", PROVENANCE)) {
            writer.commit();
        }
        FeatureFile file = FeatureFile.read(target);
        assertThat(file.rows()).isZero();
        assertThat(file.ids()).isEmpty();
        assertThat(file.labels()).isEmpty();
        assertThat(file.layer(Layer.FEATURES).size()).isZero();
    }

    @Test
    void metadata_ofOneLayer_hasTheKeysOfTheContract() throws IOException {
        Path target = folder.resolve("one.safetensors");
        try (var writer = FeatureFileWriter.create(
                target, Map.of(Layer.FEATURES, space(Layer.FEATURES, 2)), List.of("a"), "set", PROVENANCE)) {
            writer.commit();
        }
        assertThat(Safetensors.open(target).metadata())
                .containsOnlyKeys(
                        "stray.format",
                        "stray.crc32c",
                        "stray.space",
                        "stray.classes",
                        "stray.dataset",
                        "stray.provenance")
                .containsEntry(
                        "stray.space",
                        "{\"extractor\":\"net\",\"layer\":\"features\",\"dimension\":2,\"normalisation\":\"none\","
                                + "\"weights_sha256\":\"abc\",\"preprocessing\":\"resize 32\"}")
                .containsEntry("stray.classes", "[\"a\"]");
    }

    @Test
    void accept_badBatch_saysWhat() throws IOException {
        Path target = folder.resolve("f.safetensors");
        try (var writer = FeatureFileWriter.create(
                target, Map.of(Layer.FEATURES, space(Layer.FEATURES, 2)), List.of("a"), "set", PROVENANCE)) {
            assertThatThrownBy(() -> writer.accept(one("x\ny", OptionalInt.of(0), 2)))
                    .hasMessage("sample id 'x\\ny' holds a line break, files hold one id a line; rename the sample");
            assertThatThrownBy(() -> writer.accept(one("x", OptionalInt.of(1), 2)))
                    .hasMessage("label 1 of sample 'x' has no class: there are 1 class names");
            assertThatThrownBy(() -> writer.accept(one("x", OptionalInt.empty(), 3)))
                    .hasMessage("layer 'features' has 3 values for 1 samples of dimension 2");
            assertThat(target).doesNotExist();
            writer.accept(one("good", OptionalInt.of(0), 2));
            writer.commit();
        }
        assertThat(FeatureFile.read(target).ids()).containsExactly("good");
        assertThat(FeatureFile.read(target).layer(Layer.FEATURES).size()).isEqualTo(1);
    }

    private static FeatureBatch one(String id, OptionalInt label, int length) {
        return new FeatureBatch(List.of(id), List.of(label), Map.of(Layer.FEATURES, new float[length]));
    }

    @Test
    void accept_refusedFirstBatch_doesNotFixTheNumberOfPatches() throws IOException {
        Path target = folder.resolve("p.safetensors");
        Map<Layer, FeatureSpace> layers = Map.of(Layer.PATCHES, FeatureSpace.unknown(2));
        try (var writer = FeatureFileWriter.create(target, layers, List.of("cat"), "set", PROVENANCE)) {
            assertThatThrownBy(() -> writer.accept(patches(3, OptionalInt.of(7))))
                    .hasMessageContaining("label 7 of sample 'p3'");
            writer.accept(patches(4, OptionalInt.of(0)));
            writer.commit();
        }
        assertThat(FeatureFile.read(target).tensor(Layer.PATCHES).shape()).containsExactly(1, 4, 2);
    }

    private static FeatureBatch patches(int count, OptionalInt label) {
        return new FeatureBatch(List.of("p" + count), List.of(label), Map.of(Layer.PATCHES, new float[count * 2]));
    }

    private Path save(Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Path target = folder.resolve("s.safetensors");
        SafetensorsWriter.write(target, tensors, metadata);
        return target;
    }

    @Test
    void layer_onlyFeatures_servesAsAny() throws IOException {
        FeatureFile file = FeatureFile.read(save(
                Map.of("features", Tensor.ofFloats(new float[4], 2, 2)),
                Map.of("stray.space", "{\"extractor\":\"net\",\"layer\":\"embedding\",\"dimension\":2}")));
        assertThat(file.layer(Layer.FEATURES).space().layer()).hasValue("embedding");
        assertThat(file.layer(Layer.EMBEDDINGS).space().layer()).isEmpty();
        assertThat(file.layer(Layer.LOGITS).space().extractor()).hasValue("net");
        assertThat(file.layer(Layer.LOGITS).ids()).containsExactly("0", "1");
    }

    @Test
    void layer_onlyEmbeddings_servesAsFeaturesButNotAsLogits() throws IOException {
        FeatureFile file = FeatureFile.read(save(Map.of("embeddings", Tensor.ofFloats(new float[4], 2, 2)), Map.of()));
        assertThat(file.layer(Layer.FEATURES).size()).isEqualTo(2);
        assertThatThrownBy(() -> file.layer(Layer.LOGITS)).hasFieldOrPropertyWithValue("remedy", Remedy.LOGITS_LAYER);
    }

    @Test
    void read_contradictions_areRefused() throws IOException {
        var labelled = new LinkedHashMap<String, Tensor>();
        labelled.put("features", Tensor.ofFloats(new float[4], 2, 2));
        labelled.put("labels", Tensor.ofLongs(new long[] {0, -1}, 2));
        refused(labelled, Map.of(), "the label of row 1 is -1, expected 0 to");
        labelled.put("labels", Tensor.ofLongs(new long[] {0, 2}, 2));
        refused(labelled, Map.of("stray.classes", "[\"a\",\"b\"]"), "the label of row 1 is 2, expected 0 to 1");
        labelled.put("labels", Tensor.ofLongs(new long[] {0}, 1));
        refused(labelled, Map.of(), "1 labels for 2 rows");
        labelled.remove("labels");
        labelled.put("ids", TextTensor.of("a\nb\nc"));
        refused(labelled, Map.of(), "'ids' holds 3 lines for 2 rows");
        labelled.put(
                "ids", Tensor.of(ElementType.U8, new long[] {3}, MemorySegment.ofArray(new byte[] {'a', '\n', -1})));
        refused(labelled, Map.of(), "'ids' is not UTF-8 at its byte 2");
        labelled.put("ids", TextTensor.of("a\nb\n"));
        assertThat(FeatureFile.read(save(labelled, Map.of())).ids()).containsExactly("a", "b");
        refused(
                labelled,
                Map.of("stray.space", "{\"dimension\":3}"),
                "stray.space says dimension 3, layer 'features' has 2");
        refused(labelled, Map.of("stray.space", "{"), "stray.space is no JSON");
        refused(labelled, Map.of("stray.classes", "[1]"), "stray.classes: key '[0]' (1) must be a text");
        labelled.put("logits", Tensor.ofFloats(new float[3], 3, 1));
        refused(labelled, Map.of(), "rows");
        refused(Map.of("x", TextTensor.of("")), Map.of(), "holds no features");
        refused(Map.of("features", Tensor.ofFloats(new float[2], 2)), Map.of(), "must be floating point [n, d]");
        refused(Map.of("features", Tensor.ofFloats(new float[0], 2, 0)), Map.of(), "has dimension 0");
    }

    private void refused(Map<String, Tensor> tensors, Map<String, String> metadata, String problem) throws IOException {
        Path file = save(tensors, metadata);
        assertThatThrownBy(() -> FeatureFile.read(file))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({"x.npz, np.load", "x.pt, torch.load", "x.PTH, torch.load", "x.pkl, pickle.load"})
    void read_otherFormats_areRefusedWithTheWayOut(String name, String how) {
        assertThatThrownBy(() -> FeatureFile.read(folder.resolve(name)))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("import ")
                .hasMessageContaining(how)
                .hasMessageContaining("x.npy");
    }

    @Test
    void read_npy_isTheLayerFeatures() throws IOException {
        Path target = folder.resolve("x.y.npy");
        try (NpyWriter writer = NpyWriter.create(target, ElementType.F32, 2)) {
            writer.floats(new float[] {1, 2, 3, 4}, 0, 4);
            writer.commit();
        }
        FeatureFile file = FeatureFile.read(target);
        assertThat(file.dataset()).isEqualTo("x.y");
        assertThat(file.layer(Layer.EMBEDDINGS).features().row(1)).containsExactly(3, 4);
        Path labels = folder.resolve("labels.npy");
        try (NpyWriter writer = NpyWriter.create(labels, ElementType.I64)) {
            writer.longs(1, 0);
            writer.commit();
        }
        assertThat(LabelFile.label(file.layer(Layer.FEATURES), labels).labels()).hasValue(Labels.of(new int[] {1, 0}));
        assertThatThrownBy(() -> LabelFile.read(labels, 3, List.of())).hasMessageContaining("2 labels for 3 rows");
        byte[] bytes = Files.readAllBytes(target);
        for (int length = 0; length < bytes.length; length += length < 20 || length > 4080 ? 1 : 97) {
            Files.write(target, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> FeatureFile.read(target)).isInstanceOf(TruncatedFileException.class);
        }
    }

    @Test
    @Timeout(10)
    void read_npyHeaderOfSpaces_isDamagedAtOnce() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)" + " ".repeat(1_000_000) + "!";
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(12 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(Npy.MAGIC).put((byte) 2).put((byte) 0).putInt(text.length).put(text);
        Path target = Files.write(folder.resolve("x.npy"), bytes.array());
        assertThatThrownBy(() -> FeatureFile.read(target))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("expected descr, fortran_order and shape");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dtd-test",
                "imagenet-train-4shot",
                "imagenet-test-3shot",
                "imagenet-text-a",
                "imagenet-text-b",
                "oxford_flowers-test",
                "sun397-val",
                "ucf101-test"
            })
    void read_clipFeatures_areFiniteUnitRows(String name) throws IOException {
        Path path = SHARED.resolve("data/clip-vitb32-features").resolve(name + ".safetensors");
        assumeTrue(Files.exists(path), "needs " + path);
        FeatureFile file = FeatureFile.read(path);
        FeatureSet set = file.layer(Layer.EMBEDDINGS).requireFinite();
        assertThat(set.space().dimension()).isEqualTo(512);
        assertThat(set.space().normalisation()).hasValue("l2");
        if (name.startsWith("imagenet-text")) {
            assertThat(file.classNames()).hasSize(1000).startsWith("tench");
        } else {
            assertThat(set.labels()).isPresent();
            assertThat(file.ids()).hasSize(file.rows()).doesNotContain("");
        }
        double norm = 0;
        for (float value : set.features().row(set.size() - 1)) {
            norm += (double) value * value;
        }
        assertThat(norm).isCloseTo(1, within(2e-2));
    }

    @Test
    void ids_ofBatchesOfAnySize_staySeparate() throws IOException {
        Path target = folder.resolve("f.safetensors");
        try (var writer = FeatureFileWriter.create(
                target, Map.of(Layer.FEATURES, space(Layer.FEATURES, 1)), List.of(), "set", PROVENANCE)) {
            for (int n : new int[] {1, 2, 3, 1}) {
                List<String> ids =
                        IntStream.range(0, n).mapToObj(i -> n + "-" + i).toList();
                writer.accept(new FeatureBatch(
                        ids, Collections.nCopies(n, OptionalInt.empty()), Map.of(Layer.FEATURES, new float[n])));
            }
            assertThat(writer.rows()).isEqualTo(7);
            writer.commit();
        }
        assertThat(FeatureFile.read(target).ids()).containsExactly("1-0", "2-0", "2-1", "3-0", "3-1", "3-2", "1-0");
    }

    @Test
    void close_withoutCommit_leavesNothing() throws IOException {
        var writer =
                FeatureFileWriter.create(folder.resolve("f.safetensors"), threeLayers(), List.of(), "set", PROVENANCE);
        writer.accept(batch(0, 7, OptionalInt.empty()));
        writer.close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void accept_noPatches_isRefused() throws IOException {
        try (var writer = FeatureFileWriter.create(
                folder.resolve("p.safetensors"),
                Map.of(Layer.PATCHES, FeatureSpace.unknown(2)),
                List.of(),
                "set",
                PROVENANCE)) {
            assertThatThrownBy(() -> writer.accept(patches(0, OptionalInt.empty())))
                    .hasMessage("layer 'patches' has 0 values for 1 samples of dimension 2");
        }
    }

    /** One space for the file is that of the layer it names; of the others it says only where they come from. */
    @Test
    void layer_spaceOfAnotherLayer_saysOnlyWhereItComesFrom() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("features", Tensor.ofFloats(new float[4], 2, 2));
        tensors.put("logits", Tensor.ofFloats(new float[6], 2, 3));
        String features = "{\"extractor\":\"net\",\"layer\":\"features\",\"dimension\":2,\"weights_sha256\":\"abc\"}";
        FeatureFile file = FeatureFile.read(save(tensors, Map.of("stray.space", features)));
        assertThat(file.layer(Layer.FEATURES).space().layer()).hasValue("features");
        FeatureSpace other = file.layer(Layer.LOGITS).space();
        assertThat(other.extractor()).hasValue("net");
        assertThat(other.weightsSha256()).hasValue("abc");
        assertThat(other.layer()).isEmpty();
        assertThat(other.dimension()).isEqualTo(3);
        String logits = "{\"extractor\":\"head\",\"dimension\":3}";
        assertThat(FeatureFile.read(save(tensors, Map.of("stray.space", features, "stray.space.logits", logits)))
                        .layer(Layer.LOGITS)
                        .space()
                        .extractor())
                .hasValue("head");
    }

    @Test
    void layers_several_areOneSet() throws IOException {
        FeatureFile file = FeatureFile.read(write(OptionalInt.of(0)));
        FeatureSet set = file.layers(List.of(Layer.LOGITS, Layer.PATCHES, Layer.FEATURES));
        assertThat(set.space()).isEqualTo(space(Layer.LOGITS, 3));
        assertThat(set.layer(Layer.FEATURES).orElseThrow().features().row(4)).containsExactly(4, 0);
        assertThat(Objects.requireNonNull(set.further().get(Layer.PATCHES))
                        .rows()
                        .shape())
                .containsExactly(10, 4, 1);
    }

    @Test
    void label_samples_haveThoseOfTheFileAndTheirOwnClassNames() throws IOException {
        Path labels = folder.resolve("labels.npy");
        try (NpyWriter writer = NpyWriter.create(labels, ElementType.I64)) {
            writer.longs(1, 0, 1);
            writer.commit();
        }
        FeatureSet samples = FeatureSet.of(FeatureMatrix.copyOf(new float[] {1, 2, 3}, 3, 1), "three");
        FeatureSet labelled = LabelFile.label(samples, labels);
        assertThat(labelled.labels()).hasValue(Labels.of(new int[] {1, 0, 1}));
        assertThat(labelled.features().row(2)).containsExactly(3);
        assertThat(labelled.ids()).isEqualTo(samples.ids());
        FeatureSet named = samples.withLabels(Labels.of(new int[] {0, 0, 0}, List.of("cat", "dog")));
        assertThat(LabelFile.label(named, labels).labels())
                .hasValue(Labels.of(new int[] {1, 0, 1}, List.of("cat", "dog")));
        FeatureSet one = samples.withLabels(Labels.of(new int[] {0, 0, 0}, List.of("cat")));
        assertThatThrownBy(() -> LabelFile.label(one, labels))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessage(labels + ": the label of row 0 is 1, expected 0 to 0");
        FeatureSet two = samples.select(new int[] {0, 1});
        assertThatThrownBy(() -> LabelFile.label(two, labels)).hasMessage(labels + ": 3 labels for 2 rows");
        assertThatThrownBy(() -> LabelFile.label(samples, folder.resolve("labels.npz")))
                .hasMessageContaining("is a NumPy archive of several arrays");
    }

    /** The comma makes a tuple of one: NumPy reads {@code (3)} as a number. */
    @Test
    void npy_header_namesTheShapeAsATuple() throws IOException {
        Path target = folder.resolve("x.npy");
        try (NpyWriter writer = NpyWriter.create(target, ElementType.U8)) {
            writer.bytes((byte) 1, (byte) 2, (byte) 3);
            writer.commit();
        }
        assertThat(Files.readString(target, StandardCharsets.ISO_8859_1)).contains("'shape': (3,)");
        try (NpyWriter writer = NpyWriter.create(target, ElementType.U8, 3)) {
            writer.bytes((byte) 1, (byte) 2, (byte) 3);
            writer.commit();
        }
        assertThat(Files.readString(target, StandardCharsets.ISO_8859_1)).contains("'shape': (1, 3)");
    }
}
