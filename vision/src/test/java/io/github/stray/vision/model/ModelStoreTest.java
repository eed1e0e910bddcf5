// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.provenance.Sha256;
import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.CardJson;
import io.github.stray.vision.card.CardJsonTest;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.ReferenceFeatures;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import io.github.stray.vision.preprocess.CropRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
    private static final Path NETWORKS = Path.of("..", "golden", "extractor");
    private static final NetworkOptions PLAIN = new NetworkOptions(Map.of(
            NetworkOption.INPUT_SIZE,
            "8",
            NetworkOption.RESIZE,
            "exact:8x8",
            NetworkOption.CROP,
            "none",
            NetworkOption.INTERPOLATION,
            "bilinear",
            NetworkOption.MEAN,
            "0.5,0.5,0.5",
            NetworkOption.STD,
            "1, 1, 1",
            NetworkOption.OUTPUT,
            "output"));

    @TempDir
    private Path home;

    @TempDir
    private Path elsewhere;

    private ModelStore store = ModelStore.at(Path.of("."));

    @BeforeEach
    void openStore() {
        store = ModelStore.at(home.resolve("stray"));
    }

    private Path copy(String file) throws IOException {
        return Files.copy(NETWORKS.resolve(file), elsewhere.resolve(file));
    }

    private static AddOptions described(NetworkOptions options) {
        return new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), options);
    }

    private static FeatureSpace space(String extractor, String weights) {
        return new FeatureSpace(
                Optional.of(extractor),
                Optional.of("features"),
                3,
                Optional.empty(),
                Optional.of(weights),
                Optional.empty());
    }

    private static AddOptions named(String name) {
        return new AddOptions(Optional.of(name), Optional.empty(), Optional.empty(), PLAIN);
    }

    private List<String> leftInStore() throws IOException {
        Path models = home.resolve("stray").resolve("models");
        if (!Files.exists(models)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(models)) {
            return entries.map(entry -> requireNonNull(entry.getFileName()).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void list_emptyStore_holdsTheBuiltInOne() throws IOException {
        ModelListing listing = store.list();
        assertThat(listing.models()).extracting(StoredModel::name).containsExactly("stray-mini");
        assertThat(listing.models().getFirst().builtIn()).isTrue();
        assertThat(listing.models().getFirst().card().licence()).isEqualTo("Apache-2.0");
        assertThat(listing.broken()).isEmpty();
    }

    @Test
    void add_describedNetwork_isInstalledListedOpenedFoundAndRemoved() throws IOException {
        StoredModel added = new ModelInstaller(store).add(copy("relu.onnx").toString(), described(PLAIN));
        assertThat(added.name()).isEqualTo("relu");
        assertThat(leftInStore()).containsExactly("relu");
        assertThat(store.list().models()).extracting(StoredModel::name).containsExactly("stray-mini", "relu");
        ExtractorCard card = store.find("relu").card();
        assertThat(card).isEqualTo(added.card());
        assertThat(card.layers()).containsOnlyKeys(Layer.FEATURES);
        assertThat(requireNonNull(card.layers().get(Layer.FEATURES)).dimension())
                .isEqualTo(3);
        assertThat(card.preprocessing().crop()).isEqualTo(new CropRule.None());
        try (OnnxExtractor extractor = store.find("relu").open()) {
            ModelCheck check = ModelCheck.of(extractor, card.reference(), 1);
            assertThat(check.passed()).isTrue();
            assertThat(check.imagesPerSecond()).isPositive();
        }
        assertThat(store.find(space("relu", card.weightsSha256()))).contains(added);
        assertThat(store.find(space("another", card.weightsSha256()))).contains(added);
        assertThat(store.find(space("relu", "0".repeat(64)))).isEmpty();
        assertThat(store.find(FeatureSpace.unknown(3))).isEmpty();
        store.remove("relu");
        assertThat(leftInStore()).isEmpty();
    }

    @Test
    void check_cardWithReference_tellsHowFarFeaturesAreFromIt() throws IOException {
        StoredModel added = new ModelInstaller(store).add(copy("relu.onnx").toString(), described(PLAIN));
        ReferenceFeatures reference = added.card().reference().orElseThrow();
        assertThat(reference.tolerance()).isEqualTo(ReferenceFeatures.ROUNDING);
        List<Float> values = requireNonNull(reference.layers().get(Layer.FEATURES));
        assertThat(values).hasSize(3).anyMatch(value -> value != 0);
        try (OnnxExtractor extractor = store.find("relu").open()) {
            ModelCheck same = ModelCheck.of(extractor, Optional.of(reference), 2);
            assertThat(same.referenceDifference()).containsExactlyEntriesOf(Map.of(Layer.FEATURES, 0.0));
            assertThat(same.passed()).isTrue();
            assertThat(scaled(extractor, reference, values, 1.00005f).passed()).isTrue();
            ModelCheck other = scaled(extractor, reference, values, 1.01f);
            assertThat(other.passed()).isFalse();
            assertThat(requireNonNull(other.referenceDifference().get(Layer.FEATURES)))
                    .isCloseTo(0.01 / 1.01, within(1e-5));
            var longer = new ReferenceFeatures("test", 0.1, Map.of(Layer.FEATURES, List.of(1f, 2f, 3f, 4f)));
            assertThat(ModelCheck.of(extractor, Optional.of(longer), 1).referenceDifference())
                    .containsEntry(Layer.FEATURES, Double.POSITIVE_INFINITY);
            ModelCheck without = ModelCheck.of(extractor, Optional.empty(), 1);
            assertThat(without.referenceDifference()).isEmpty();
            assertThat(without.passed()).isTrue();
        }
    }

    /** Passes on to another, and remembers how large the batches of 8 images became. */
    private record Overheard(FeatureExtractor extractor, Map<Integer, Integer> largest) implements FeatureExtractor {
        @Override
        public String id() {
            return extractor.id();
        }

        @Override
        public Map<Layer, FeatureSpace> layers() {
            return extractor.layers();
        }

        @Override
        public void extract(DatasetSource source, ExtractionOptions options, FeatureSink sink) throws IOException {
            extractor.extract(source, options, new FeatureSink() {
                @Override
                public void accept(FeatureBatch batch) throws IOException {
                    if (source.size() == 8) {
                        largest.merge(options.batch(), batch.ids().size(), Math::max);
                    }
                    sink.accept(batch);
                }

                @Override
                public void failed(FailedSample sample) throws IOException {
                    sink.failed(sample);
                }
            });
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void check_anyNumberOfThreads_comparesBatchesOfFourWithSingleImages(int threads) throws IOException {
        new ModelInstaller(store).add(copy("relu.onnx").toString(), described(PLAIN));
        try (OnnxExtractor extractor = store.find("relu").open()) {
            var overheard = new Overheard(extractor, new HashMap<>());
            ModelCheck check = ModelCheck.of(overheard, Optional.empty(), threads);
            assertThat(check.passed()).isTrue();
            assertThat(overheard.largest()).containsExactlyInAnyOrderEntriesOf(Map.of(4, 4, 1, 1));
        }
    }

    /** Installs an extractor with much to copy, and ends the process while it is copied, as Ctrl-C does. */
    static final class Interrupted {
        private Interrupted() {}

        public static void main(String[] arguments) throws Exception {
            Path home = Path.of(arguments[0]);
            Thread adding = Thread.ofPlatform()
                    .daemon()
                    .start(() -> assertThatThrownBy(
                            () -> new ModelInstaller(ModelStore.at(home)).add(arguments[1], AddOptions.none())));
            while (adding.isAlive()) {
                if (Files.exists(home.resolve("models"))) {
                    try (Stream<Path> staged = Files.list(home.resolve("models"))) {
                        if (staged.findAny().isPresent()) {
                            System.exit(130);
                        }
                    }
                }
                Thread.sleep(1);
            }
        }
    }

    @Test
    void add_processEndsMeanwhile_leavesNothingBehind() throws Exception {
        new ModelInstaller(store).add(copy("relu.onnx").toString(), described(PLAIN));
        Path source = Files.move(home.resolve("stray/models/relu"), elsewhere.resolve("relu"));
        byte[] network = Files.readAllBytes(source.resolve("relu.onnx"));
        String digest = Sha256.of(network);
        // Field 6 of the model, its documentation: the same network, 256 MB long.
        byte[] head = {0x32, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x01};
        byte[] large = Arrays.copyOf(network, network.length + head.length + (1 << 28));
        System.arraycopy(head, 0, large, network.length, head.length);
        Files.write(source.resolve("relu.onnx"), large);
        Path card = source.resolve(ExtractorCard.FILE_NAME);
        Files.writeString(card, Files.readString(card).replace(digest, Sha256.of(large)));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Interrupted.class.getName(),
                        home.resolve("stray").toString(),
                        source.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(130);
        assertThat(leftInStore()).isEmpty();
    }

    private static ModelCheck scaled(
            OnnxExtractor extractor, ReferenceFeatures reference, List<Float> values, float factor) throws IOException {
        List<Float> scaled = values.stream().map(value -> value * factor).toList();
        var changed = new ReferenceFeatures("test", reference.tolerance(), Map.of(Layer.FEATURES, scaled));
        return ModelCheck.of(extractor, Optional.of(changed), 1);
    }

    @Test
    void check_builtIn_agreesWithTheReferenceOfOnnxruntimeNode() throws IOException {
        ExtractorCard card = store.find("stray-mini").card();
        assertThat(card.reference().orElseThrow().origin()).startsWith("onnxruntime-node");
        try (OnnxExtractor mini = store.find("stray-mini").open()) {
            ModelCheck check = ModelCheck.of(mini, card.reference(), 1);
            assertThat(check.referenceDifference()).containsOnlyKeys(Layer.FEATURES, Layer.EMBEDDINGS);
            assertThat(check.passed()).isTrue();
            assertThat(requireNonNull(check.norms().get(Layer.EMBEDDINGS)).largest())
                    .isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void add_cardWithReference_keepsIt() throws IOException {
        StoredModel first = new ModelInstaller(store).add(copy("relu.onnx").toString(), named("first"));
        var theirs = new ReferenceFeatures("theirs", 0.01, Map.of(Layer.FEATURES, List.of(1f, 2f, 3f)));
        Path card = Files.writeString(
                elsewhere.resolve("card.json"),
                CardJson.write(first.card().withReference(theirs).withId("second")));
        StoredModel second = new ModelInstaller(store)
                .add(
                        elsewhere.resolve("relu.onnx").toString(),
                        new AddOptions(Optional.empty(), Optional.of(card), Optional.empty(), NetworkOptions.none()));
        assertThat(second.card().reference()).contains(theirs);
    }

    @Test
    void open_providerThatIsNotThere_isRefusedAndNothingElseTaken() {
        assertThatThrownBy(() -> store.find("stray-mini").open(InferenceOptions.on(Provider.CUDA)))
                .isInstanceOf(InferenceUnavailableException.class)
                .hasMessageContaining("provider cuda is not in this build of ONNX Runtime, which has [CPU]")
                .hasMessageContaining("-Dstray.onnxruntime=onnxruntime_gpu")
                .isInstanceOfSatisfying(
                        Remedied.class, failure -> assertThat(failure.remedy()).isEqualTo(Remedy.PROCESSOR));
    }

    @Test
    void add_folderWithCard_isInstalledUnderAnotherName() throws IOException {
        StoredModel first = new ModelInstaller(store).add(copy("relu.onnx").toString(), named("first"));
        AddOptions second =
                new AddOptions(Optional.of("second"), Optional.empty(), Optional.empty(), NetworkOptions.none());
        new ModelInstaller(store).add(first.folder().orElseThrow().toString(), second);
        assertThat(store.list().models()).extracting(StoredModel::name).contains("first", "second");
        try (OnnxExtractor extractor = store.find("second").open()) {
            assertThat(extractor.id()).isEqualTo("second");
        }
    }

    @Test
    void add_cardBesideNetwork_takesExternalDataAlong() throws IOException {
        copy("external.bin");
        Path network = copy("external.onnx");
        ExtractorCard card = CardJson.read(
                CardJsonTest.card("""
                        "external.onnx": "%s", "external.bin": "%s"
                        """.formatted(Sha256.of(network), Sha256.of(elsewhere.resolve("external.bin"))))
                        .getBytes(StandardCharsets.UTF_8),
                "card");
        Path cardFile = Files.writeString(elsewhere.resolve("card.json"), CardJson.write(card));
        new ModelInstaller(store)
                .add(
                        network.toString(),
                        new AddOptions(
                                Optional.empty(), Optional.of(cardFile), Optional.empty(), NetworkOptions.none()));
        try (OnnxExtractor extractor = store.find("external").open()) {
            assertThat(requireNonNull(extractor.layers().get(Layer.FEATURES)).dimension())
                    .isEqualTo(2);
        }
        assertThat(card.weightsSha256())
                .isEqualTo(Sha256.of("external.bin %s\nexternal.onnx %s\n"
                        .formatted(Sha256.of(elsewhere.resolve("external.bin")), Sha256.of(network))));
    }

    @Test
    void open_folderOutsideTheStore_works() throws IOException {
        Path folder = new ModelInstaller(store)
                .add(copy("relu.onnx").toString(), named("one"))
                .folder()
                .orElseThrow();
        ModelStore empty = ModelStore.at(elsewhere.resolve("empty"));
        try (OnnxExtractor extractor = empty.find(folder.toString()).open()) {
            assertThat(extractor.id()).isEqualTo("one");
        }
    }

    @Test
    void add_withoutDescription_saysWhatIsMissingAndWhatTheGraphHas() throws IOException {
        NetworkOptions some = new NetworkOptions(
                Map.of(NetworkOption.INPUT_SIZE, "8", NetworkOption.CROP, "none", NetworkOption.STD, "1,1,1"));
        assertThatThrownBy(() -> new ModelInstaller(store).add(copy("relu.onnx").toString(), described(some)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing resize, interpolation, mean, output.")
                .hasMessageContaining("inputs: input FLOAT [batch, 3, 8, 8]")
                .hasMessageContaining("outputs: output FLOAT [batch, 3]");
        assertThat(leftInStore()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    output                        | features                | none
                    output:l2                     | features                | l2
                    logits=output                 | logits                  | none
                    embeddings=output:l2          | embeddings              | l2
                    features=output,logits=output | features, logits        | none
                    """)
    void add_outputs_areMappedToLayers(String output, String layers, String normalisation) throws IOException {
        StoredModel added = new ModelInstaller(store).add(copy("relu.onnx").toString(), described(withOutput(output)));
        assertThat(Layer.join(added.card().layers().keySet())).isEqualTo(layers);
        assertThat(added.card().layers().values())
                .allSatisfy(layer -> assertThat(layer.normalisation().id()).isEqualTo(normalisation));
    }

    private static NetworkOptions withOutput(String output) {
        return PLAIN.with(NetworkOption.OUTPUT, output);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    nothing       | has no output 'nothing'
                    output,output | layer 'features' is given twice
                    features=     | expected layer=tensor[:l2]
                    =output       | expected layer=tensor[:l2]
                    labels=output | 'labels' is no name for a layer
                    """)
    void add_outputsThatMakeNoSense_areRefused(String output, String message) throws IOException {
        String network = copy("relu.onnx").toString();
        assertThatThrownBy(() -> new ModelInstaller(store).add(network, described(withOutput(output))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(leftInStore()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "../evil", "/tmp/evil", "a\\b", "-rf", ".hidden", "a b", "é", "x."})
    void names_thatCouldLeaveTheStore_areRefused(String name) throws IOException {
        String network = copy("relu.onnx").toString();
        assertThatThrownBy(() -> new ModelInstaller(store).add(network, named(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no name for an extractor");
        assertThatThrownBy(() -> store.remove(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no name for an extractor");
        assertThat(leftInStore()).isEmpty();
    }

    @Test
    void add_linksIntoACache_areCopiedWithWhatTheyLeadTo() throws IOException {
        Path blobs = Files.createDirectory(elsewhere.resolve("blobs"));
        Path folder = Files.createDirectory(elsewhere.resolve("snapshot"));
        for (String file : List.of("external.onnx", "external.bin")) {
            Path blob = Files.move(copy(file), blobs.resolve(Sha256.of(elsewhere.resolve(file))));
            Files.createSymbolicLink(folder.resolve(file), blob);
        }
        new ModelInstaller(store).add(folder.resolve("external.onnx").toString(), described(PLAIN));
        assertThat(Files.isSymbolicLink(store.models().resolve("external/external.bin")))
                .isFalse();
        try (OnnxExtractor extractor = store.find("external").open()) {
            assertThat(extractor.layers()).containsKey(Layer.FEATURES);
        }
    }

    @Test
    void add_describedNetworkWithExternalData_takesItsFilesAlong() throws IOException {
        copy("external.bin");
        String network = copy("external.onnx").toString();
        ExtractorCard card =
                new ModelInstaller(store).add(network, described(PLAIN)).card();
        assertThat(card.files().keySet()).containsExactly("external.bin", "external.onnx");
        Files.delete(elsewhere.resolve("external.bin"));
        store.remove("external");
        assertThatThrownBy(() -> new ModelInstaller(store).add(network, described(PLAIN)))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("external.bin, which is missing: it must lie beside the network");
        assertThat(leftInStore()).isEmpty();
    }

    @Test
    void add_describedNetworkOfDoubles_saysWhatIsExpected() throws IOException {
        String network = copy("doubles.onnx").toString();
        assertThatThrownBy(() -> new ModelInstaller(store).add(network, described(PLAIN)))
                .hasMessageContaining("is input DOUBLE [batch, 3, 8, 8], expected FLOAT [n, 3, 8, 8]");
    }

    @Test
    void add_nameTaken_isRefused() throws IOException {
        String network = copy("relu.onnx").toString();
        new ModelInstaller(store).add(network, named("one"));
        assertThatThrownBy(() -> new ModelInstaller(store).add(network, named("one")))
                .isInstanceOfSatisfying(
                        Remedied.class, failure -> assertThat(failure.remedy()).isEqualTo(Remedy.NAME))
                .hasMessage("an extractor 'one' is installed already; remove it first or choose another name");
        assertThatThrownBy(() -> new ModelInstaller(store).add(network, named("stray-mini")))
                .hasMessage("'stray-mini' is built in; choose another name");
    }

    @Test
    void remove_builtInOrAbsent_isRefused() {
        assertThatThrownBy(() -> store.remove("stray-mini"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'stray-mini' is built in and cannot be removed");
        assertThatThrownBy(() -> store.remove("absent"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no extractor 'absent' is installed; there are stray-mini");
    }

    @Test
    void remove_linkInsteadOfFolder_leavesItsTargetAlone() throws IOException {
        Path precious = Files.writeString(
                Files.createDirectory(elsewhere.resolve("target")).resolve("file"), "x");
        Path models = Files.createDirectories(home.resolve("stray").resolve("models"));
        Files.createSymbolicLink(models.resolve("link"), requireNonNull(precious.getParent()));
        store.remove("link");
        assertThat(precious).exists();
        assertThat(leftInStore()).isEmpty();
    }

    @Test
    void add_sourcesThatAreNone_areRefused() throws IOException {
        assertThatThrownBy(() -> new ModelInstaller(store).add("hf:clip-vit-base-patch32", AddOptions.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected hf:organisation/name or hf:organisation/name@revision");
        assertThatThrownBy(() -> new ModelInstaller(store)
                        .add(
                                "hf:a/b",
                                new AddOptions(
                                        Optional.empty(),
                                        Optional.of(elsewhere),
                                        Optional.empty(),
                                        NetworkOptions.none())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hf:a/b@main has settings of its own");
        assertThatThrownBy(() -> new ModelInstaller(store).add("clip-vit-b23", AddOptions.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'clip-vit-b32'?");
        assertThatThrownBy(() -> new ModelInstaller(store).add("mae-vit-b16", AddOptions.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'mae-vit-b16' cannot be fetched. No maintained export is known.");
        assertThatThrownBy(() -> new ModelInstaller(store)
                        .add(elsewhere.resolve("absent").toString(), AddOptions.none()))
                .hasMessageContaining("does not exist: expected a folder with extractor.json or a .onnx file");
        assertThatThrownBy(() -> new ModelInstaller(store).add(elsewhere.toString(), AddOptions.none()))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining("has no extractor.json");
        Path pickle = Files.writeString(elsewhere.resolve("model.pt"), "x");
        assertThatThrownBy(() -> new ModelInstaller(store).add(pickle.toString(), AddOptions.none()))
                .hasMessageContaining("is no .onnx file");
        assertThatThrownBy(() -> new ModelInstaller(store).add(elsewhere.toString(), described(PLAIN)))
                .hasMessageContaining("has no extractor.json and no layout that is known");
    }

    @Test
    void add_damagedNetwork_leavesNothing() throws IOException {
        Path cut = Files.write(elsewhere.resolve("cut.onnx"), Arrays.copyOf(Files.readAllBytes(copy("relu.onnx")), 90));
        assertThatThrownBy(() -> new ModelInstaller(store).add(cut.toString(), described(PLAIN)))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining("cut.onnx is damaged, truncated or no ONNX network");
        Path wide = copy("wide-map.onnx");
        assertThatThrownBy(() -> new ModelInstaller(store).add(wide.toString(), described(PLAIN)))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageStartingWith("layer 'features' of " + wide + " came out as [1, 3, 8, 8] for 1 images");
        Path doubles = copy("doubles.onnx");
        assertThatThrownBy(() -> new ModelInstaller(store).add(doubles.toString(), described(PLAIN)))
                .isInstanceOf(InvalidNetworkException.class);
        assertThat(leftInStore()).isEmpty();
    }

    @Test
    void open_fileIsNotTheCards_isRefused() throws IOException {
        Path folder = new ModelInstaller(store)
                .add(copy("relu.onnx").toString(), named("one"))
                .folder()
                .orElseThrow();
        Files.copy(
                NETWORKS.resolve("logarithm.onnx"), folder.resolve("relu.onnx"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> store.find("one").open())
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining("relu.onnx is not the file its card was written for: sha256 ");
        Files.delete(folder.resolve("relu.onnx"));
        assertThatThrownBy(() -> store.find("one").open())
                .hasMessageContaining("relu.onnx is missing, but the card lists it");
    }

    @Test
    void show_unknown_listsWhatThereIs() {
        assertThatThrownBy(() -> store.find("resnet").open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "no extractor 'resnet': neither a name nor a folder with extractor.json; did you mean 'resnet-50'? Valid are: stray-mini. 'stray models add NAME' fetches: clip-vit-b32, ");
        assertThatThrownBy(() -> store.find("clip-vit-b32").open())
                .hasMessage("extractor 'clip-vit-b32' is not installed. Fetch it with 'stray models add clip-vit-b32'");
        assertThatThrownBy(() -> store.find("a\0b").open()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.find(NETWORKS.resolve("relu.onnx").toString()))
                .hasMessageContaining("is a file: give the folder of an extractor");
    }

    @Test
    void list_damagedFolders_areNamedAndTheRestStays() throws IOException {
        new ModelInstaller(store).add(copy("relu.onnx").toString(), named("good"));
        Path models = home.resolve("stray").resolve("models");
        Files.createDirectory(models.resolve("empty"));
        Files.writeString(Files.createDirectory(models.resolve("bad")).resolve("extractor.json"), "{");
        Files.move(
                new ModelInstaller(store)
                        .add(copy("pooled-map.onnx").toString(), named("moved"))
                        .folder()
                        .orElseThrow(),
                models.resolve("renamed"));
        ModelListing listing = store.list();
        assertThat(listing.models()).extracting(StoredModel::name).containsExactly("stray-mini", "good");
        assertThat(listing.broken()).containsOnlyKeys("bad", "empty", "renamed");
        assertThat(listing.broken()).containsEntry("empty", "it has no extractor.json");
        assertThat(listing.broken().get("renamed")).contains("its card names it 'moved', its folder 'renamed'");
    }
}
