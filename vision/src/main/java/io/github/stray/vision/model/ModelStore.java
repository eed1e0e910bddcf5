// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.detect.Suggestion;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.gradient.InputGradient;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.attack.ImageGradient;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.hub.Hub;
import io.github.stray.vision.hub.HubReference;
import io.github.stray.vision.hub.HubSettings;
import io.github.stray.vision.hub.HubSnapshot;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The extractors at hand: those built in, and those installed under {@code HOME/models/NAME}. Safe for concurrent use,
 * by several processes too: an extractor appears with one move when it is complete.
 */
public final class ModelStore {
    private static final List<String> BUILT_IN = List.of("stray-mini");

    /** Folders of extractors that are being installed. */
    private static final Set<Path> STAGED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ModelStore::deleteStaged, "stray-staged-extractors"));
    }

    private final Path models;

    /** What is changed in a card before it is installed. */
    private final UnaryOperator<ExtractorCard> finish;

    private ModelStore(Path models, UnaryOperator<ExtractorCard> finish) {
        this.models = models;
        this.finish = finish;
    }

    /**
     * A store in a folder.
     *
     * @param home Stray's home; need not exist
     * @return the store
     */
    public static ModelStore at(Path home) {
        return new ModelStore(home.resolve("models"), UnaryOperator.identity());
    }

    /**
     * The store of this user: the system property {@code stray.home}, else the environment's {@code STRAY_HOME}, else
     * {@code ~/.cache/stray}.
     *
     * @return the store
     */
    public static ModelStore ofEnvironment() {
        String home = System.getProperty("stray.home", System.getenv("STRAY_HOME"));
        return at(
                home == null || home.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache", "stray")
                        : Path.of(home));
    }

    /**
     * All extractors.
     *
     * @return usable and broken ones
     * @throws IOException if the store cannot be read
     */
    public ModelListing list() throws IOException {
        var found = new ArrayList<StoredModel>();
        for (String name : BUILT_IN) {
            found.add(builtIn(name));
        }
        var broken = new TreeMap<String, String>();
        if (Files.isDirectory(models)) {
            List<Path> folders;
            try (Stream<Path> entries = Files.list(models)) {
                folders = entries.filter(entry -> !fileName(entry).startsWith("."))
                        .sorted()
                        .toList();
            }
            for (Path folder : folders) {
                String name = fileName(folder);
                try {
                    found.add(installed(name, folder));
                } catch (IOException e) {
                    broken.put(name, e instanceof NoSuchFileException ? "it has no extractor.json" : e.getMessage());
                }
            }
        }
        return new ModelListing(found, broken);
    }

    private static StoredModel installed(String name, Path folder) throws IOException {
        ExtractorCard card = CardJson.read(folder.resolve(ExtractorCard.FILE_NAME));
        if (!card.id().equals(name)) {
            throw new InvalidCardException(
                    "its card names it '%s', its folder '%s': remove and add it again".formatted(card.id(), name));
        }
        return new StoredModel(name, Optional.of(folder), card);
    }

    private static StoredModel builtIn(String name) throws IOException {
        String card = name + "/" + ExtractorCard.FILE_NAME;
        return new StoredModel(name, Optional.empty(), CardJson.read(resource(card), card));
    }

    private static byte[] resource(String path) throws IOException {
        try (InputStream in = ModelStore.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new NoSuchFileException(path, null, "missing from Stray's own jar");
            }
            return in.readAllBytes();
        }
    }

    /**
     * One extractor.
     *
     * @param nameOrFolder name of a built-in or installed one, or the path of a folder with {@code extractor.json}; a name
     *     goes before a folder that happens to be called the same
     * @return its card and place
     * @throws IllegalArgumentException if there is no such extractor; the message lists those there are
     * @throws IOException if its card cannot be used
     */
    public StoredModel show(String nameOrFolder) throws IOException {
        if (BUILT_IN.contains(nameOrFolder)) {
            return builtIn(nameOrFolder);
        }
        if (isName(nameOrFolder) && Files.isDirectory(models.resolve(nameOrFolder))) {
            return installed(nameOrFolder, models.resolve(nameOrFolder));
        }
        Path path = path(nameOrFolder);
        if (Files.isDirectory(path)) {
            return folder(path);
        }
        if (Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    "%s is a file: give the folder of an extractor, or install the network with 'stray models add %s'"
                            .formatted(path, path));
        }
        Catalogue catalogue = Catalogue.ofStray();
        Optional<CatalogueEntry> known = catalogue.find(nameOrFolder);
        if (known.isPresent()) {
            throw new IllegalArgumentException("extractor '%s' is not installed. %s"
                    .formatted(
                            nameOrFolder,
                            known.get().downloadable()
                                    ? "Fetch it with '%s'".formatted(known.get().howToGet())
                                    : known.get().howToGet()));
        }
        var all = new ArrayList<>(names());
        all.addAll(catalogue.downloadable());
        throw new IllegalArgumentException(
                "no extractor '%s': neither a name nor a folder with %s; did you mean '%s'? Valid are: %s. 'stray models add NAME' fetches: %s"
                        .formatted(
                                nameOrFolder,
                                ExtractorCard.FILE_NAME,
                                Suggestion.nearest(nameOrFolder, all),
                                String.join(", ", names()),
                                String.join(", ", catalogue.downloadable())));
    }

    private List<String> names() throws IOException {
        return list().models().stream().map(StoredModel::name).toList();
    }

    private static StoredModel folder(Path folder) throws IOException {
        Path file = folder.resolve(ExtractorCard.FILE_NAME);
        if (!Files.isRegularFile(file)) {
            throw new InvalidCardException(
                    "%s has no %s: it is no extractor; if an export lies there, install it with 'stray models add %s'"
                            .formatted(folder, ExtractorCard.FILE_NAME, folder));
        }
        ExtractorCard card = CardJson.read(file);
        return new StoredModel(card.id(), Optional.of(folder), card);
    }

    private static boolean isName(String text) {
        try {
            ExtractorCard.requireName(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'%s' is no path: %s".formatted(text, e.getReason()), e);
        }
    }

    /**
     * Opens an extractor for use on the processor.
     *
     * @param nameOrFolder as for {@link #show}
     * @param threads threads of one inference call, at least 1
     * @return the extractor, to be closed
     * @throws IllegalArgumentException if there is no such extractor
     * @throws IOException if its card or files cannot be used, or a file is not the one its card was written for
     */
    public OnnxExtractor open(String nameOrFolder, int threads) throws IOException {
        return open(nameOrFolder, threads, Provider.CPU);
    }

    /**
     * Opens an extractor for use.
     *
     * @param nameOrFolder as for {@link #show}
     * @param threads threads of one inference call, at least 1
     * @param provider what its network runs on
     * @return the extractor, to be closed
     * @throws IllegalArgumentException if there is no such extractor
     * @throws IOException if its card or files cannot be used, or a file is not the one its card was written for
     * @throws InferenceUnavailableException if ONNX Runtime or the provider cannot be had here
     */
    public OnnxExtractor open(String nameOrFolder, int threads, Provider provider) throws IOException {
        StoredModel model = show(nameOrFolder);
        if (model.folder().isPresent()) {
            return open(model.card(), model.folder().get(), threads, provider);
        }
        ExtractorCard card = model.card();
        String path = model.name() + "/" + card.network();
        byte[] bytes = resource(path);
        requireSha256(path, Sha256.of(bytes), card.files().get(card.network()));
        return extractor(card, OnnxNetwork.load(bytes, path, threads, provider));
    }

    /**
     * Opens an extractor's network so that it gives the cosine of a layer with targets, and its gradient.
     *
     * @param nameOrFolder as for {@link #show}
     * @param layer name of a layer
     * @param batch images of a batch, at least 1
     * @param threads threads of one call, at least 1
     * @param provider what its network runs on
     * @return the network, to be closed
     * @throws IllegalArgumentException if there is no such extractor or layer, or its network takes other batches only
     * @throws IOException if its network has no gradient (the message names the operator), or card or files cannot be used
     */
    public ImageGradient gradient(String nameOrFolder, String layer, int batch, int threads, Provider provider)
            throws IOException {
        StoredModel model = show(nameOrFolder);
        ExtractorCard card = model.card();
        String tensor;
        try (OnnxExtractor extractor = open(nameOrFolder, 1, Provider.CPU)) {
            tensor = extractor.output(layer).tensor();
        }
        String path = model.name() + "/" + card.network();
        OnnxGraph graph;
        ImageGradient.Loading loading;
        if (model.folder().isPresent()) {
            Path network = model.folder().get().resolve(card.network());
            graph = OnnxGraph.read(network, path);
            loading = addition -> OnnxNetwork.loadWith(network, path, threads, addition, provider);
        } else {
            byte[] bytes = resource(path);
            graph = OnnxGraph.of(bytes, path);
            loading = addition -> OnnxNetwork.loadWith(bytes, path, threads, addition, provider);
        }
        return ImageGradient.open(
                graph,
                loading,
                card.input(),
                tensor,
                InputGradient.Objective.COSINE,
                batch,
                card.preprocessing().height(),
                card.preprocessing().width());
    }

    /**
     * Takes the last linear layer of a classifier out of its network, which is tried on the processor.
     *
     * @param nameOrFolder as for {@link #show}
     * @return the head
     * @throws IllegalArgumentException if there is no such extractor, or it has not both {@code features} and
     *     {@code logits}
     * @throws IOException if the network has no such layer, or card or files cannot be used
     */
    public ClassifierHead head(String nameOrFolder) throws IOException {
        return head(nameOrFolder, Provider.CPU);
    }

    /**
     * Takes the last linear layer of a classifier out of its network, and compares what it makes of the features of 16
     * generated images with the network's own logits.
     *
     * @param nameOrFolder as for {@link #show}
     * @param provider what the network runs on
     * @return the head
     * @throws IllegalArgumentException if there is no such extractor, or it has not both {@code features} and
     *     {@code logits}
     * @throws IOException if the network has no such layer, it does not read the extractor's features, or card or files
     *     cannot be used
     */
    public ClassifierHead head(String nameOrFolder, Provider provider) throws IOException {
        StoredModel model = show(nameOrFolder);
        ExtractorCard card = model.card();
        try (OnnxExtractor extractor = open(nameOrFolder, 1, provider)) {
            String path = model.name() + "/" + card.network();
            OnnxGraph graph = model.folder().isPresent()
                    ? OnnxGraph.read(model.folder().get().resolve(card.network()), path)
                    : OnnxGraph.of(resource(path), path);
            return ClassifierHead.of(card, graph, extractor);
        }
    }

    private static OnnxExtractor open(ExtractorCard card, Path folder, int threads, Provider provider)
            throws IOException {
        verify(card, folder);
        return extractor(
                card,
                OnnxNetwork.load(
                        folder.resolve(card.network()),
                        folder.resolve(card.network()).toString(),
                        threads,
                        card.tensors(),
                        provider));
    }

    private static OnnxExtractor extractor(ExtractorCard card, OnnxNetwork network) throws IOException {
        return new OnnxExtractor(
                card.id(), network, card.input(), card.preprocessing(), card.layers(), card.weightsSha256());
    }

    /**
     * A file of an extractor's text encoder, checked to be the one its card was written for. What a built-in extractor's
     * text encoder consists of is looked for where the caller says.
     *
     * @param model an extractor with a text encoder
     * @param file one of {@link TextTower#files}
     * @param builtIn gives the content of a built-in extractor's file, or null if it is absent
     * @return its content
     * @throws IllegalArgumentException if the card lists no such file
     * @throws IOException if it is missing, cannot be read, or is another file
     */
    public static byte[] textFile(StoredModel model, String file, BuiltInFiles builtIn) throws IOException {
        String expected = model.card()
                .text()
                .map(text -> text.files().get(file))
                .orElseThrow(() -> new IllegalArgumentException(
                        "the card of %s lists no file '%s' for text".formatted(model.name(), file)));
        String path =
                model.folder().map(folder -> folder.resolve(file).toString()).orElse(model.name() + "/" + file);
        byte[] bytes;
        if (model.folder().isPresent()) {
            bytes = Files.readAllBytes(present(model.folder().get().resolve(file)));
        } else {
            bytes = builtIn.read(file);
            if (bytes == null) {
                throw new NoSuchFileException(path, null, "missing: its jar is not on the class path");
            }
        }
        requireSha256(path, Sha256.of(bytes), expected);
        return bytes;
    }

    /**
     * Makes sure that an installed extractor's text encoder is the one its card was written for.
     *
     * @param model an installed extractor with a text encoder
     * @throws IOException if a file is missing, cannot be read, or is another one
     */
    public static void verifyText(StoredModel model) throws IOException {
        if (model.folder().isPresent() && model.card().text().isPresent()) {
            for (Map.Entry<String, String> entry :
                    model.card().text().get().files().entrySet()) {
                requireSha256(model.folder().get().resolve(entry.getKey()), entry.getValue());
            }
        }
    }

    /**
     * Where what can be made again may be kept, such as unpacked native libraries.
     *
     * @return {@code HOME/cache}; need not exist
     */
    public Path cache() {
        return models.resolveSibling("cache");
    }

    /** Where the text encoders of built-in extractors lie. */
    @FunctionalInterface
    public interface BuiltInFiles {
        /**
         * Reads a file.
         *
         * @param file its name
         * @return its content, or null if there is none
         * @throws IOException if it cannot be read
         */
        byte @Nullable [] read(String file) throws IOException;
    }

    private static void verify(ExtractorCard card, Path folder) throws IOException {
        for (Map.Entry<String, String> entry : card.files().entrySet()) {
            requireSha256(folder.resolve(entry.getKey()), entry.getValue());
        }
    }

    private static void requireSha256(Path file, String expected) throws IOException {
        requireSha256(file.toString(), Sha256.of(present(file)), expected);
    }

    private static Path present(Path file) throws InvalidCardException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCardException("%s is missing, but the card lists it".formatted(file));
        }
        return file;
    }

    private static void requireSha256(String file, String actual, @Nullable String expected)
            throws InvalidCardException {
        if (!actual.equals(expected)) {
            throw new InvalidCardException(
                    "%s is not the file its card was written for: sha256 %s, the card says %s; put the right file back, or remove the extractor and add it again"
                            .formatted(file, actual, expected));
        }
    }

    /**
     * Finds the extractor that features were made with.
     *
     * @param sha256 {@link ExtractorCard#weightsSha256()}
     * @return those with these weights: several if the same network was added under several names
     * @throws IOException if the store cannot be read
     */
    public List<StoredModel> findByWeights(String sha256) throws IOException {
        return list().models().stream()
                .filter(model -> model.card().weightsSha256().equals(sha256))
                .toList();
    }

    /**
     * Installs an extractor. Its files are copied, checked and tried on an image before it appears; nothing is left behind
     * otherwise. What it made of the image goes into its card, unless that holds a {@linkplain ReferenceFeatures reference}
     * already, which is kept as it is and left to {@link ModelCheck}.
     *
     * @param source a folder with {@code extractor.json}, a folder as Hugging Face lays out an ONNX export or photo servers
     *     lay out a CLIP, a {@code
     *     .onnx} file with a card or a full description, a repository of a model hub as {@code
     *     hf:organisation/name[@revision]}, or a name of the {@link Catalogue}; what exists goes before the catalogue
     * @param options name, card, description
     * @return the installed extractor
     * @throws IllegalArgumentException if the source does not exist, the name is taken or not allowed, or options are
     *     missing or contradict each other
     * @throws IOException if card or network cannot be used or files cannot be copied
     */
    public StoredModel add(String source, AddOptions options) throws IOException {
        return add(source, options, DownloadListener.silent());
    }

    /**
     * Installs an extractor, and tells how far fetching it has come.
     *
     * @param source as for {@link #add(String, AddOptions)}
     * @param options name, card, description
     * @param listener hears of downloads
     * @return the installed extractor
     * @throws IllegalArgumentException as for {@link #add(String, AddOptions)}
     * @throws IOException likewise
     */
    public StoredModel add(String source, AddOptions options, DownloadListener listener) throws IOException {
        if (source.startsWith(HubReference.PREFIX)) {
            HubReference reference = HubReference.of(source);
            return addFromHub(reference, options.name().orElse(reference.name()), options, listener);
        }
        Path path = path(source);
        Optional<CatalogueEntry> known = Catalogue.ofStray().find(source);
        if (known.isPresent() && !Files.exists(path)) {
            HubReference reference = known.get()
                    .source()
                    .orElseThrow(() -> new IllegalArgumentException("'%s' cannot be fetched. %s"
                            .formatted(source, known.get().howToGet())));
            return addFromHub(reference, options.name().orElse(source), options, listener);
        }
        if (Files.isDirectory(path)) {
            if (options.card().isPresent() || !options.network().isEmpty()) {
                throw new IllegalArgumentException(
                        "%s is a folder and has its own card; a card or a description goes with a bare .onnx file"
                                .formatted(path));
            }
            if (!Files.isRegularFile(path.resolve(ExtractorCard.FILE_NAME))) {
                return addLayout(path, options);
            }
            ExtractorCard card = folder(path).card();
            return install(named(card, options), beside(card, path));
        }
        if (!Files.isRegularFile(path)) {
            String what =
                    "%s does not exist: expected a folder with %s or a .onnx file, hf:organisation/name or a name of the catalogue"
                            .formatted(path, ExtractorCard.FILE_NAME);
            throw new IllegalArgumentException(
                    isName(source) && !source.endsWith(".onnx")
                            ? what + "; "
                                    + Suggestion.among(
                                            source, Catalogue.ofStray().downloadable())
                            : what);
        }
        if (!fileName(path).endsWith(".onnx")) {
            throw new IllegalArgumentException(
                    "%s is no .onnx file and no folder: nothing else can be added".formatted(path));
        }
        return options.card().isPresent()
                ? addWithCard(path, options.card().get(), options)
                : addWithDescription(path, options);
    }

    private StoredModel addFromHub(HubReference reference, String name, AddOptions options, DownloadListener listener)
            throws IOException {
        if (options.card().isPresent() || !options.network().isEmpty()) {
            throw new IllegalArgumentException(
                    "%s has settings of its own; a card or a description goes with a bare .onnx file"
                            .formatted(reference));
        }
        requireFree(name);
        HubSnapshot fetched = Hub.of(HubSettings.ofEnvironment(cache())).fetch(reference, listener);
        return new ModelStore(models, card -> card.from(fetched.origin(), fetched.licence()))
                .add(
                        fetched.folder().toString(),
                        new AddOptions(Optional.of(name), Optional.empty(), NetworkOptions.none()));
    }

    private StoredModel addWithCard(Path network, Path cardFile, AddOptions options) throws IOException {
        if (!options.network().isEmpty()) {
            throw new IllegalArgumentException(
                    "give either a card or a description of %s, not both".formatted(network));
        }
        ExtractorCard card = CardJson.read(cardFile);
        Map<String, Path> files = beside(card, network.toAbsolutePath().getParent());
        files.put(card.network(), network);
        return install(named(card, options), files);
    }

    private StoredModel addLayout(Path folder, AddOptions options) throws IOException {
        FolderLayout layout = FolderLayout.read(folder);
        String home = fileName(folder.toAbsolutePath().normalize());
        String name = options.name().orElse(home);
        requireFree(name);
        String licence = FolderLayout.licence(folder);
        String origin = "%s, added from the folder %s".formatted(layout.kind(), home);
        Map<String, Path> files = withExternalData(layout.network(), layout.place());
        ExtractorCard images;
        try (OnnxNetwork loaded = OnnxNetwork.load(
                layout.network(),
                layout.network().toString(),
                1,
                layout.options().tensors())) {
            String network = layout.place() + fileName(layout.network());
            images = layout.options().card(name, network, digests(files), loaded);
        }
        Optional<TextTower> text = Optional.empty();
        if (layout.text().isPresent()) {
            TextSource source = layout.text().get();
            Map<String, Path> words = withExternalData(source.network(), source.place());
            words.put(
                    source.place() + fileName(source.tokenizer().tokenizer()),
                    source.tokenizer().tokenizer());
            TextTower tower = source.tower(digests(words), licence, origin);
            NetworkLayer beside = Objects.requireNonNull(
                    images.layers().getOrDefault("embeddings", images.layers().get("features")));
            if (beside.dimension() != tower.dimension()) {
                throw new InvalidCardException(
                        "%s gives texts %d dimensions, and %s gives images %d: they are parts of different models"
                                .formatted(source.network(), tower.dimension(), layout.network(), beside.dimension()));
            }
            files.putAll(words);
            text = Optional.of(tower);
        }
        var card = new ExtractorCard(
                name,
                licence,
                origin,
                images.network(),
                images.files(),
                images.input(),
                images.preprocessing(),
                images.layers(),
                text);
        return install(card, files);
    }

    private StoredModel addWithDescription(Path network, AddOptions options) throws IOException {
        String file = fileName(network);
        String name = options.name().orElse(file.substring(0, file.length() - ".onnx".length()));
        return addWithDescription(network, name, options.network());
    }

    private StoredModel addWithDescription(Path network, String name, NetworkOptions options) throws IOException {
        String file = fileName(network);
        requireFree(name);
        List<String> tensors = options.tensors();
        Map<String, Path> files = withExternalData(network, "");
        ExtractorCard card;
        // Closed before it is installed, which loads it again: large networks fit into memory once.
        try (OnnxNetwork loaded = OnnxNetwork.load(network, network.toString(), 1, tensors, Provider.CPU)) {
            card = options.card(name, file, digests(files), loaded);
        }
        return install(card, files);
    }

    /** A network and the files that hold its weights, which lie in the same folder, by their places in the extractor. */
    private static Map<String, Path> withExternalData(Path network, String place) throws IOException {
        var files = new LinkedHashMap<String, Path>();
        files.put(place + fileName(network), network);
        for (String external : OnnxGraph.read(network, network.toString()).externalFiles()) {
            Path weights = network.resolveSibling(external);
            if (!Files.isRegularFile(weights)) {
                throw new InvalidNetworkException(
                        "%s keeps weights in %s, which is missing: it must lie beside the network"
                                .formatted(network, weights));
            }
            files.put(place + external, weights);
        }
        return files;
    }

    private static Map<String, String> digests(Map<String, Path> files) throws IOException {
        var digests = new LinkedHashMap<String, String>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            digests.put(file.getKey(), Sha256.of(file.getValue()));
        }
        return digests;
    }

    private static ExtractorCard named(ExtractorCard card, AddOptions options) {
        return options.name().map(card::withId).orElse(card);
    }

    private static Map<String, Path> beside(ExtractorCard card, @Nullable Path folder) {
        var files = new LinkedHashMap<String, Path>();
        for (String file : card.allFiles().keySet()) {
            files.put(file, folder == null ? Path.of(file) : folder.resolve(file));
        }
        return files;
    }

    private void requireFree(String name) {
        ExtractorCard.requireName(name);
        if (BUILT_IN.contains(name)) {
            throw new IllegalArgumentException("'%s' is built in; choose another name with --name".formatted(name));
        }
        if (Files.exists(models.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException(
                    "an extractor '%s' is installed already; remove it first or choose another name with --name"
                            .formatted(name));
        }
    }

    private Path staging() throws IOException {
        try {
            Files.createDirectories(models);
            Path staging = Files.createTempDirectory(models, ".adding-");
            STAGED.add(staging);
            return staging;
        } catch (IOException e) {
            IOException readable = new AccessDeniedException(
                    models.toString(),
                    null,
                    "cannot install there (%s); set STRAY_HOME to a folder that can be written".formatted(e));
            readable.initCause(e);
            throw readable;
        }
    }

    private StoredModel install(ExtractorCard described, Map<String, Path> files) throws IOException {
        ExtractorCard card = finish.apply(described);
        requireFree(card.id());
        for (Map.Entry<String, Path> file : files.entrySet()) {
            if (!Files.isRegularFile(file.getValue())) {
                throw new InvalidCardException("%s is missing, but the card lists it".formatted(file.getValue()));
            }
        }
        Path staging = staging();
        try {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                Path copy = staging.resolve(file.getKey());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(file.getValue(), copy);
                requireSha256(
                        file.getValue().toString(),
                        Sha256.of(copy),
                        card.allFiles().get(file.getKey()));
                flush(copy);
            }
            String source = String.valueOf(files.get(card.network()));
            Path network = staging.resolve(card.network());
            ReferenceFeatures made;
            try (OnnxExtractor extractor =
                    extractor(card, OnnxNetwork.load(network, source, 1, card.tensors(), Provider.CPU))) {
                made = ReferenceFeatures.of(
                        extractor, card, OnnxGraph.read(network, source).quantised());
            }
            Path cardFile = staging.resolve(ExtractorCard.FILE_NAME);
            Files.writeString(cardFile, CardJson.write(card.reference().isPresent() ? card : card.withReference(made)));
            flush(cardFile);
            Files.move(staging, models.resolve(card.id()), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            if (Files.exists(staging)) {
                FolderRemoval.remove(staging);
            }
            STAGED.remove(staging);
        }
        return show(card.id());
    }

    /** Ctrl-C leaves no gigabytes behind that nobody lists. */
    private static void deleteStaged() {
        for (Path staging : STAGED) {
            try {
                if (Files.exists(staging)) {
                    FolderRemoval.remove(staging);
                }
            } catch (IOException e) {
                // The process ends; what is left has a name that no extractor has.
            }
        }
    }

    private static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * Removes an installed extractor.
     *
     * @param name its name
     * @throws IllegalArgumentException if it is built in, not installed, or no name at all
     * @throws IOException if it cannot be deleted
     */
    public void remove(String name) throws IOException {
        ExtractorCard.requireName(name);
        if (BUILT_IN.contains(name)) {
            throw new IllegalArgumentException("'%s' is built in and cannot be removed".formatted(name));
        }
        Path folder = models.resolve(name);
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("no extractor '%s' is installed; there are %s"
                    .formatted(name, names().stream().collect(Collectors.joining(", "))));
        }
        Path doomed = Files.createTempDirectory(models, ".removing-").resolve(name);
        Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
        Path parent = doomed.getParent();
        FolderRemoval.remove(parent == null ? doomed : parent);
    }

    private static String fileName(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
