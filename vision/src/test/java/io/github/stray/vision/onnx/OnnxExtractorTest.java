// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.MemoryDataset;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OnnxExtractorTest {
    private static final Path NETWORKS = Path.of("..", "golden", "extractor");

    @AfterEach
    void noThreadsAreLeft() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("stray-")) {
                // A pool counts as terminated a moment before its last thread is gone.
                assertThat(thread.join(Duration.ofSeconds(5)))
                        .as(thread.getName())
                        .isTrue();
            }
        }
    }

    private static Preprocessing plain8() {
        return new Preprocessing(
                8,
                8,
                new ResizeRule.Exact(8, 8),
                new CropRule.None(),
                Interpolation.BILINEAR,
                Preprocessing.UNIT_SCALE,
                List.of(0.5, 0.5, 0.5),
                List.of(1.0, 1.0, 1.0),
                ChannelOrder.RGB);
    }

    private static OnnxExtractor tiny(String file, String tensor, int dimension, Normalisation normalisation)
            throws IOException {
        return new OnnxExtractor(
                "tiny",
                OnnxNetwork.load(NetworkSource.of(NETWORKS.resolve(file), file), InferenceOptions.ONE_THREAD),
                new NetworkInput("input"),
                plain8(),
                Map.of(Layer.FEATURES, new NetworkLayer(tensor, dimension, normalisation)),
                "0".repeat(64));
    }

    private static Pixels grey(int red, int green, int blue) {
        byte[] rgb = new byte[8 * 8 * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return new Pixels(8, 8, rgb);
    }

    private static float[] rows(FeatureSet set) {
        float[] rows = new float[set.size() * set.features().dimension()];
        set.features().copyRows(0, set.size(), rows, 0);
        return rows;
    }

    private static Map<String, float[]> byId(Extraction extraction) {
        var rows = new HashMap<String, float[]>();
        FeatureSet set = extraction.features();
        for (int i = 0; i < set.size(); i++) {
            rows.put(set.ids().get(i), set.features().row(i));
        }
        return rows;
    }

    static List<JsonObject> miniCases() {
        return Goldens.cases("extractor/stray-mini.json");
    }

    @ParameterizedTest
    @MethodSource("miniCases")
    void extract_strayMini_agreesWithTheNumPyEvaluator(JsonObject golden) throws IOException {
        Pixels image = Goldens.noise(golden.getInt("width"), golden.getInt("height"), golden.getInt("seed"), false);
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            for (Layer layer : List.of(Layer.FEATURES, Layer.EMBEDDINGS)) {
                JsonArray expected = golden.getArray(layer.id());
                float[] row = rows(
                        mini.extract(MemoryDataset.of(1, i -> image), layer).features());
                assertThat(row).hasSize(expected.size());
                double largest = expected.stream()
                        .mapToDouble(value -> Math.abs(((Number) value).doubleValue()))
                        .max()
                        .orElseThrow();
                for (int j = 0; j < row.length; j++) {
                    assertThat((double) row[j]).isCloseTo(expected.getDouble(j), within(2e-6 * largest));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "7, 1, 1", "32, 3, 1", "100, 2, 1", "5, 2, 2"})
    void extract_anyBatchThreadsAndOrder_givesTheSameFeatures(int batch, int threads, int intra) throws IOException {
        MemoryDataset images = MemoryDataset.noise(61);
        try (FeatureExtractor one = Extractors.open("stray-mini");
                FeatureExtractor other =
                        ModelStore.ofEnvironment().find("stray-mini").open(new InferenceOptions(intra, Provider.CPU))) {
            var options = new ExtractionOptions(List.of(Layer.FEATURES), 16, 1);
            Extraction expected = one.extract(images, options);
            Extraction actual =
                    other.extract(images.reversed(), new ExtractionOptions(List.of(Layer.FEATURES), batch, threads));
            assertThat(expected.features().ids()).isEqualTo(images.ids());
            assertThat(actual.features().ids()).isEqualTo(images.ids().reversed());
            Map<String, float[]> reference = byId(expected);
            byId(actual).forEach((id, row) -> assertThat(row).containsExactly(reference.get(id), within(1e-5f)));
        }
    }

    @Test
    void extract_severalLayers_givesAllInOnePass() throws IOException {
        MemoryDataset images = MemoryDataset.noise(10);
        var batches = new ArrayList<FeatureBatch>();
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            mini.extract(
                    images, new ExtractionOptions(List.of(Layer.EMBEDDINGS, Layer.FEATURES), 4, 2), new FeatureSink() {
                        @Override
                        public void accept(FeatureBatch batch) {
                            batches.add(batch);
                        }

                        @Override
                        public void failed(FailedSample failed) {
                            throw new AssertionError(failed);
                        }
                    });
            assertThat(images.taken()).hasValue(10);
            assertThat(batches.stream().map(batch -> batch.ids().size())).containsExactly(2, 3, 2, 3);
            assertThat(batches.getLast().labels().getLast()).hasValue(9);
            float[] embeddings = requireNonNull(batches.getFirst().layers().get(Layer.EMBEDDINGS));
            float[] features = requireNonNull(batches.getFirst().layers().get(Layer.FEATURES));
            FeatureSpace space = requireNonNull(mini.layers().get(Layer.FEATURES));
            int dimension = requireNonNull(mini.layers().get(Layer.EMBEDDINGS)).dimension();
            assertThat(embeddings).hasSize(2 * dimension);
            assertThat(features).hasSize(2 * space.dimension());
            double squares = 0;
            for (int j = dimension; j < 2 * dimension; j++) {
                squares += (double) embeddings[j] * embeddings[j];
            }
            assertThat(squares).isCloseTo(1, within(1e-6));
            assertThat(requireNonNull(mini.layers().get(Layer.EMBEDDINGS)).normalisation())
                    .contains("l2");
            assertThat(space.weightsSha256()).contains(digestOfStrayMini());
            assertThat(space.preprocessing().orElseThrow())
                    .matches("shortest:(\\d+) bilinear center:\\1 \\1x\\1 RGB.*");
        }
    }

    private static String digestOfStrayMini() throws IOException {
        try (InputStream network = ModelStore.class.getResourceAsStream("stray-mini/stray-mini.onnx")) {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(requireNonNull(network).readAllBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 50})
    void extract_unreadableSamples_areNamedInOrderAndTheRestComesOut(int batch) throws IOException {
        MemoryDataset images = MemoryDataset.of(9, OnnxExtractorTest::mixed);
        var events = new ArrayList<String>();
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            mini.extract(images, new ExtractionOptions(List.of(Layer.FEATURES), batch, 2), new FeatureSink() {
                @Override
                public void accept(FeatureBatch features) {
                    events.addAll(features.ids());
                }

                @Override
                public void failed(FailedSample failed) {
                    assertThat(failed.reason()).isNotBlank();
                    boolean undecodable = !failed.reason().equals("the disk is gone");
                    events.add(failed.id() + ": " + (undecodable ? "undecodable" : failed.reason()));
                }
            });
        }
        assertThat(events)
                .containsExactly(
                        "sample-0",
                        "sample-1: the disk is gone",
                        "sample-2",
                        "sample-3",
                        "sample-4: undecodable",
                        "sample-5: undecodable",
                        "sample-6",
                        "sample-7: the disk is gone",
                        "sample-8: undecodable");
        assertThat(images.opened()).hasValue(0);
    }

    private static ImageContent mixed(int i) {
        return switch (i) {
            case 1, 7 ->
                (Encoded) () -> {
                    throw new IOException("the disk is gone");
                };
            case 4, 5, 8 -> (Encoded) () -> new byte[] {1, 2, 3};
            default -> Goldens.noise(40, 40, i, false);
        };
    }

    @Test
    void extract_onlyUnreadableSamples_givesNoRows() throws IOException {
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            Extraction extraction = mini.extract(MemoryDataset.of(300, i -> mixed(4)));
            assertThat(extraction.features().size()).isZero();
            assertThat(extraction.failed()).hasSize(300);
        }
    }

    @Test
    void extract_noSamples_givesNoRows() throws IOException {
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            assertThat(mini.extract(MemoryDataset.noise(0)).features().size()).isZero();
        }
    }

    @Test
    void extract_slowSink_holdsTheReaderBack() throws IOException {
        MemoryDataset images = MemoryDataset.noise(400);
        var takenAtFirst = new ArrayList<Integer>();
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            mini.extract(images, new ExtractionOptions(List.of(Layer.FEATURES), 4, 2), new FeatureSink() {
                @Override
                public void accept(FeatureBatch batch) {
                    if (takenAtFirst.isEmpty()) {
                        awaitQuiet(images);
                        takenAtFirst.add(images.taken().get());
                    }
                }

                @Override
                public void failed(FailedSample failed) {}
            });
        }
        assertThat(images.taken()).hasValue(400);
        // five batches under way or delivered, and 3 * 2 + 1 images on their way to the next one
        assertThat(takenAtFirst.getFirst()).isLessThanOrEqualTo(5 * 4 + 3 * 2 + 1);
    }

    private static void awaitQuiet(MemoryDataset images) {
        try {
            int before = -1;
            while (before != images.taken().get()) {
                before = images.taken().get();
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void extract_sinkFails_endsWithItsException() throws IOException {
        MemoryDataset images = MemoryDataset.noise(1000);
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            assertThatThrownBy(() -> mini.extract(images, options(), failingSink()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
        assertThat(images.opened()).hasValue(0);
        assertThat(images.taken().get()).isLessThan(1000);
    }

    private static ExtractionOptions options() {
        return new ExtractionOptions(List.of(Layer.FEATURES), 4, 2);
    }

    private static FeatureSink failingSink() {
        return new FeatureSink() {
            @Override
            public void accept(FeatureBatch batch) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void failed(FailedSample failed) {}
        };
    }

    @Test
    void extract_sourceFails_endsWithItsException() throws IOException {
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            MemoryDataset damaged = MemoryDataset.of(30, i -> {
                if (i == 20) {
                    throw new UncheckedIOException(new IOException("archive truncated"));
                }
                return Goldens.noise(40, 40, i, false);
            });
            assertThatThrownBy(() -> mini.extract(damaged))
                    .isInstanceOf(IOException.class)
                    .hasMessage("archive truncated");
            assertThat(damaged.opened()).hasValue(0);
            assertThatThrownBy(() -> mini.extract(MemoryDataset.of(3, i -> {
                        throw new IllegalStateException("bug");
                    })))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("bug");
        }
    }

    @Test
    void extract_interrupted_ends() throws Exception {
        MemoryDataset endless = MemoryDataset.noise(100_000);
        var started = new CountDownLatch(1);
        var thrown = new AtomicReference<Throwable>();
        var interrupted = new AtomicBoolean();
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    mini.extract(endless, options(), signalling(started));
                } catch (IOException e) {
                    thrown.set(e);
                    interrupted.set(Thread.currentThread().isInterrupted());
                }
            });
            started.await();
            thread.interrupt();
            thread.join();
        }
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(interrupted).isTrue();
        assertThat(endless.opened()).hasValue(0);
    }

    private static FeatureSink signalling(CountDownLatch started) {
        return new FeatureSink() {
            @Override
            public void accept(FeatureBatch batch) {
                started.countDown();
            }

            @Override
            public void failed(FailedSample failed) {}
        };
    }

    @Test
    void close_whileExtracting_endsTheExtraction() throws Exception {
        MemoryDataset endless = MemoryDataset.noise(100_000);
        var started = new CountDownLatch(1);
        var thrown = new AtomicReference<Throwable>();
        FeatureExtractor mini = Extractors.open("stray-mini");
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                mini.extract(endless, options(), signalling(started));
            } catch (IOException | IllegalStateException e) {
                thrown.set(e);
            }
        });
        started.await();
        mini.close();
        thread.join();
        mini.close();
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("was closed");
    }

    @Test
    void extract_severalThreadsAtOnce_eachGetsItsOwn() throws Exception {
        MemoryDataset images = MemoryDataset.noise(40);
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            float[] expected = rows(mini.extract(images).features());
            var results = new ArrayList<float[]>();
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 3; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        float[] rows = rows(mini.extract(images).features());
                        synchronized (results) {
                            results.add(rows);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(results).hasSize(3).allSatisfy(rows -> assertThat(rows).containsExactly(expected));
        }
    }

    @Test
    void extract_unknownLayer_namesThoseThereAre() throws IOException {
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            assertThatThrownBy(() -> mini.extract(MemoryDataset.noise(1), Layer.LOGITS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("extractor stray-mini has no layer 'logits'; it has features, embeddings");
        }
    }

    @Test
    void extract_batchBeyondTwoGigabytes_isRefused() throws IOException {
        try (FeatureExtractor mini = Extractors.open("stray-mini")) {
            var options = new ExtractionOptions(List.of(Layer.FEATURES), 1_000_000, 1);
            assertThatThrownBy(() -> mini.extract(MemoryDataset.noise(1), options))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("a batch of 1000000 images of (\\d+) x \\1 needs .*");
        }
    }

    @Test
    void layers_oneEmbedding_isOfferedUnderBothNames() throws IOException {
        try (OnnxExtractor tiny = tiny("relu.onnx", "output", 3, Normalisation.NONE)) {
            assertThat(tiny.layers()).containsOnlyKeys(Layer.FEATURES, Layer.EMBEDDINGS);
            assertThat(tiny.layers().get(Layer.FEATURES))
                    .isEqualTo(tiny.layers().get(Layer.EMBEDDINGS));
            DatasetSource images = MemoryDataset.of(2, i -> grey(255, 255, 0));
            assertThat(rows(tiny.extract(images, Layer.EMBEDDINGS).features()))
                    .containsExactly(new float[] {0.5f, 0.5f, 0, 0.5f, 0.5f, 0}, within(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 8})
    void extract_fixedBatch_isPadded(int batch) throws IOException {
        try (OnnxExtractor tiny = tiny("fixed-batch.onnx", "output", 3, Normalisation.NONE)) {
            DatasetSource images = MemoryDataset.of(11, i -> grey(i, 2 * i, 3 * i));
            float[] rows = rows(tiny.extract(images, new ExtractionOptions(List.of(Layer.FEATURES), batch, 2))
                    .features());
            assertThat(rows).hasSize(33);
            for (int i = 0; i < 11; i++) {
                for (int j = 0; j < 3; j++) {
                    assertThat(rows[3 * i + j]).isCloseTo(i * (j + 1) / 255f - 0.5f, within(1e-6f));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 6})
    void extract_fixedBatch_runsFull(int batch) throws IOException {
        try (OnnxExtractor tiny = tiny("fixed-batch.onnx", "output", 3, Normalisation.NONE)) {
            var sizes = new ArrayList<Integer>();
            tiny.extract(
                    MemoryDataset.of(16, i -> grey(i, 2 * i, 3 * i)),
                    new ExtractionOptions(List.of(Layer.FEATURES), batch, 2),
                    new FeatureSink() {
                        @Override
                        public void accept(FeatureBatch features) {
                            sizes.add(features.ids().size());
                        }

                        @Override
                        public void failed(FailedSample sample) {
                            throw new AssertionError(sample.toString());
                        }
                    });
            assertThat(sizes).allMatch(size -> size % 4 == 0);
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(16);
        }
    }

    @Test
    void extract_pooledMap_isFlattened() throws IOException {
        try (OnnxExtractor tiny = tiny("pooled-map.onnx", "output", 3, Normalisation.NONE)) {
            float[] rows =
                    rows(tiny.extract(MemoryDataset.of(2, i -> grey(255, 0, 0))).features());
            assertThat(rows).containsExactly(new float[] {0.5f, -0.5f, -0.5f, 0.5f, -0.5f, -0.5f}, within(1e-6f));
        }
    }

    @Test
    void extract_wideMap_isRefusedWithItsShape() throws IOException {
        try (OnnxExtractor tiny = tiny("wide-map.onnx", "output", 3, Normalisation.NONE)) {
            assertThatThrownBy(() ->
                            tiny.extract(MemoryDataset.noise(2), new ExtractionOptions(List.of(Layer.FEATURES), 2, 1)))
                    .isInstanceOf(InvalidNetworkException.class)
                    .hasMessageContaining("layer 'features' of")
                    .hasMessageContaining("came out as [2, 3, 8, 8] for 2 images, expected floating point [n, 3]");
        }
    }

    @Test
    void extract_outputIsNotFinite_namesTheSample() throws IOException {
        try (OnnxExtractor tiny = tiny("logarithm.onnx", "output", 3, Normalisation.NONE)) {
            Extraction extraction = tiny.extract(MemoryDataset.of(3, i -> grey(255, i == 1 ? 0 : 255, 255)));
            assertThat(extraction.features().ids()).containsExactly("sample-0", "sample-2");
            assertThat(extraction.failed())
                    .containsExactly(
                            new FailedSample("sample-1", "the network gave NaN at dimension 1 of layer features"));
        }
    }

    @Test
    void extract_normalisedLayer_hasUnitRowsAndNamesZeroRows() throws IOException {
        try (OnnxExtractor tiny = tiny("relu.onnx", "output", 3, Normalisation.L2)) {
            Extraction extraction = tiny.extract(MemoryDataset.of(2, i -> i == 0 ? grey(255, 255, 0) : grey(0, 0, 0)));
            float half = (float) Math.sqrt(0.5);
            assertThat(rows(extraction.features())).containsExactly(new float[] {half, half, 0}, within(1e-6f));
            assertThat(extraction.failed())
                    .containsExactly(
                            new FailedSample("sample-1", "layer features came out as zeros and has no direction"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    two-inputs.onnx | output | 3 | needs 2 inputs, expected one image input
                    doubles.onnx    | output | 3 | is input DOUBLE [batch, 3, 8, 8], expected FLOAT [n, 3, 8, 8]
                    relu.onnx       | output | 4 | is output FLOAT [batch, 3], expected floating point [n, 4]
                    relu.onnx       | logits | 3 | has no output 'logits' for layer 'features'; it has output FLOAT [batch, 3]
                    """)
    void new_networkIsNotAsStated_isRefused(String file, String tensor, int dimension, String message) {
        assertThatThrownBy(() -> tiny(file, tensor, dimension, Normalisation.NONE))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 127})
    void fixedBatch_ofTheGraph_isRefusedWhereItHoldsNoImage(int size) throws IOException {
        byte[] graph = Files.readAllBytes(NETWORKS.resolve("fixed-batch.onnx"));
        for (int i = 0; i + 3 < graph.length; i++) {
            if (graph[i] == 10 && graph[i + 1] == 2 && graph[i + 2] == 8 && graph[i + 3] == 4) {
                graph[i + 3] = (byte) size;
            }
        }
        try (OnnxNetwork network =
                OnnxNetwork.load(NetworkSource.of(graph, "patched.onnx"), InferenceOptions.ONE_THREAD)) {
            if (size == 0) {
                assertThatThrownBy(() -> network.fixedBatch(new NetworkInput("input"), 8, 8))
                        .isInstanceOf(InvalidNetworkException.class)
                        .hasMessage("patched.onnx takes batches of 0 images only, expected a free size or 1 to 4096");
            } else {
                assertThat(network.fixedBatch(new NetworkInput("input"), 8, 8)).hasValue(size);
            }
        }
    }

    @Test
    void load_emptyFile_saysSo(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("empty.onnx"));
        assertThatThrownBy(() -> OnnxNetwork.load(NetworkSource.of(file, "empty.onnx"), InferenceOptions.ONE_THREAD))
                .hasMessage("empty.onnx is empty");
    }

    @Test
    void load_damagedFiles_saysSo() throws IOException {
        byte[] whole = Files.readAllBytes(NETWORKS.resolve("relu.onnx"));
        for (int length : new int[] {1, 10, 60, 100, whole.length - 1}) {
            assertThatThrownBy(() -> OnnxNetwork.load(
                                    NetworkSource.of(Arrays.copyOf(whole, length), "cut.onnx"),
                                    InferenceOptions.ONE_THREAD)
                            .close())
                    .isInstanceOf(InvalidNetworkException.class)
                    .hasMessageStartingWith("cut.onnx ");
        }
        assertThatThrownBy(() ->
                        OnnxNetwork.load(NetworkSource.of(new byte[0], "empty.onnx"), InferenceOptions.ONE_THREAD))
                .hasMessage("empty.onnx is empty");
        assertThatThrownBy(() -> OnnxNetwork.load(
                        NetworkSource.of("<html>not found</html>".getBytes(StandardCharsets.UTF_8), "page.onnx"),
                        InferenceOptions.ONE_THREAD))
                .hasMessageStartingWith("page.onnx is damaged, truncated or no ONNX network: ");
        assertThatThrownBy(() -> OnnxNetwork.load(
                        NetworkSource.of(NETWORKS.resolve("absent.onnx"), "absent.onnx"), InferenceOptions.ONE_THREAD))
                .hasMessageContaining("no such network file");
    }

    @Test
    void load_noNativeLibrary_isAnEnvironmentFault() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dos.arch=mips",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Unavailable.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(3);
        assertThat(output).contains("ONNX Runtime cannot be loaded on Linux/mips: ");
    }

    /** Runs where there is no ONNX Runtime; twice, because a class that failed to load fails differently again. */
    public static final class Unavailable {
        private Unavailable() {}

        public static void main(String[] args) throws IOException {
            for (int i = 0; i < 2; i++) {
                try {
                    OnnxNetwork.load(NetworkSource.of(new byte[1], "any.onnx"), InferenceOptions.ONE_THREAD)
                            .close();
                } catch (InferenceUnavailableException e) {
                    System.out.println(e.getMessage());
                    if (i == 1) {
                        System.exit(3);
                    }
                }
            }
        }
    }
}
