// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.detect.Suggestion;
import io.github.stray.feature.Layer;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.provenance.InputFile;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.StagedFolder;
import io.github.stray.vision.card.CardJson;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.ReferenceFeatures;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.hub.Hub;
import io.github.stray.vision.hub.HubReference;
import io.github.stray.vision.hub.HubSettings;
import io.github.stray.vision.hub.HubSnapshot;
import io.github.stray.vision.layout.FolderLayout;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.layout.TextSource;
import io.github.stray.vision.layout.UltralyticsFile;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Installs extractors in a store: turns what is given into a card and its files, copies, checks and tries them in a folder of
 * their own, and moves that into the store when it is complete. Nothing is left behind otherwise. Safe for concurrent use.
 */
public final class ModelInstaller {
    private final ModelStore store;
    private final DownloadListener listener;

    /** What is to be installed: a card, where its files lie now, and the content of those that are made. */
    private record Found(ExtractorCard card, Map<String, Path> files, Map<String, String> made) {
        Found(ExtractorCard card, Map<String, Path> files) {
            this(card, files, Map.of());
        }

        Found named(Optional<String> name) {
            return new Found(name.map(card::withId).orElse(card), files, made);
        }

        Found withClassNames(List<String> names) {
            return names.isEmpty() ? this : new Found(card.withClassNames(names), files, made);
        }
    }

    /**
     * An installer that tells nobody how far downloads have come.
     *
     * @param store where to install
     */
    public ModelInstaller(ModelStore store) {
        this(store, DownloadListener.silent());
    }

    /**
     * An installer.
     *
     * @param store where to install
     * @param listener hears of downloads
     */
    public ModelInstaller(ModelStore store, DownloadListener listener) {
        this.store = store;
        this.listener = listener;
    }

    /**
     * Installs an extractor. What its network makes of an image goes into its card, unless that holds a {@linkplain
     * ReferenceFeatures reference} already, which is kept as it is and left to {@link ModelCheck}.
     *
     * @param source a folder with {@code extractor.json}, a folder as Hugging Face lays out an ONNX export or photo servers
     *     lay out a CLIP, a {@code .onnx} file with a card or a full description, a repository of a model hub as {@code
     *     hf:organisation/name[@revision]}, or a name of the {@link Catalogue}; what exists goes before the catalogue
     * @param options name, card, description; of a folder or a repository a description goes before what that says
     * @return the installed extractor
     * @throws IllegalArgumentException if the source does not exist, the name is taken or not allowed, or options are
     *     missing or contradict each other
     * @throws IOException if card or network cannot be used or files cannot be fetched or copied
     */
    public StoredModel add(String source, AddOptions options) throws IOException {
        return install(found(source, options).withClassNames(options.classNames()));
    }

    private Found found(String source, AddOptions options) throws IOException {
        if (source.startsWith(HubReference.PREFIX)) {
            HubReference reference = HubReference.of(source);
            return fetched(reference, options.name().orElse(reference.name()), options.file(), options);
        }
        Path path = ModelStore.path(source);
        Optional<CatalogueEntry> known = Catalogue.ofStray().find(source);
        if (known.isPresent() && !Files.exists(path)) {
            HubReference reference = known.get()
                    .source()
                    .orElseThrow(() -> new IllegalArgumentException("'%s' cannot be fetched. %s"
                            .formatted(source, known.get().howToGet())));
            Optional<String> file = options.file().or(known.get()::file);
            return fetched(reference, options.name().orElse(source), file, options);
        }
        if (Files.isDirectory(path)) {
            requireNoCard(options, path + " is a folder and has settings of its own");
            return inFolder(path, options.name(), options);
        }
        if (!Files.isRegularFile(path)) {
            throw absent(source, path);
        }
        if (!ModelStore.fileName(path).endsWith(".onnx")) {
            throw new IllegalArgumentException(
                    "%s is no .onnx file and no folder: nothing else can be added".formatted(path));
        }
        requireNoFile(options, path + " is a network itself");
        return options.card().isPresent()
                ? withCard(path, options.card().get(), options)
                : described(path, options.name(), options);
    }

    private static void requireNoCard(AddOptions options, String why) {
        if (options.card().isPresent()) {
            throw new IllegalArgumentException(why + "; a card goes with a bare .onnx file");
        }
    }

    private static void requireNoFile(AddOptions options, String why) {
        if (options.file().isPresent()) {
            throw new IllegalArgumentException(
                    "%s: the file '%s' cannot be chosen; it is chosen in an export of several"
                            .formatted(why, options.file().get()));
        }
    }

    private static IllegalArgumentException absent(String source, Path path) {
        String what =
                "%s does not exist: expected a folder with %s or a .onnx file, hf:organisation/name or a name of the catalogue"
                        .formatted(path, ExtractorCard.FILE_NAME);
        return new IllegalArgumentException(
                ModelStore.isName(source) && !source.endsWith(".onnx")
                        ? what + "; "
                                + Suggestion.among(source, Catalogue.ofStray().downloadable())
                        : what);
    }

    private Found fetched(HubReference reference, String name, Optional<String> file, AddOptions options)
            throws IOException {
        requireNoCard(options, reference + " has settings of its own");
        store.requireFree(name);
        HubSnapshot snapshot = Hub.of(HubSettings.ofEnvironment(store.cache())).fetch(reference, file, listener);
        var chosen = new AddOptions(options.name(), options.card(), snapshot.network(), options.network());
        Found found = inFolder(snapshot.folder(), Optional.of(name), chosen);
        String origin = snapshot.origin() + notes(found.card().origin());
        return new Found(found.card().from(origin, snapshot.licence()), found.files(), found.made());
    }

    private Found inFolder(Path folder, Optional<String> name, AddOptions options) throws IOException {
        if (!Files.isRegularFile(folder.resolve(ExtractorCard.FILE_NAME))) {
            Optional<Path> bare = FolderLayout.bareNetwork(folder);
            return bare.isPresent()
                    ? described(bare.get(), name.or(() -> Optional.of(nameOf(folder))), options)
                    : laidOut(folder, name, options);
        }
        requireNoFile(options, folder + " has a card, which names its network");
        ExtractorCard card = store.folder(folder).card();
        Found found = new Found(card, beside(card, folder)).named(name);
        return options.network().isEmpty() ? found : changed(found, options.network());
    }

    /** What is said goes before the card. What its network made of an image no longer holds. */
    private Found changed(Found found, NetworkOptions said) throws IOException {
        ExtractorCard card = found.card();
        NetworkOptions own = NetworkOptions.of(card);
        Path network = Objects.requireNonNull(found.files().get(card.network()));
        String place = card.network().substring(0, card.network().lastIndexOf('/') + 1);
        NetworkOptions both = said.resolved(own.get(NetworkOption.INPUT_SIZE)).over(own);
        ExtractorCard other = described(network, place, card.id(), both, true)
                .card()
                .from(card.origin(), Optional.of(card.licence()))
                .withProcessor(card.processor().map(processor -> processor + otherwise(said)));
        Found same = new Found(card.text().map(other::withText).orElse(other), found.files());
        NetworkLayer logits = other.layers().get(Layer.LOGITS);
        boolean named =
                logits != null && logits.dimension() == card.classNames().size();
        return named ? same.withClassNames(card.classNames()) : same;
    }

    /** What is said of pixels, behind the processor that it goes before. */
    private static String otherwise(NetworkOptions said) {
        String keys = said.values().keySet().stream()
                .filter(key -> key != NetworkOption.OUTPUT && key != NetworkOption.POOL)
                .map(NetworkOption::id)
                .collect(Collectors.joining(", "));
        return keys.isEmpty() ? "" : ", but for " + keys;
    }

    private static Found withCard(Path network, Path cardFile, AddOptions options) throws IOException {
        if (!options.network().isEmpty()) {
            throw new IllegalArgumentException(
                    "give either a card or a description of %s, not both".formatted(network));
        }
        ExtractorCard card = CardJson.read(cardFile);
        Map<String, Path> files = beside(card, network.toAbsolutePath().getParent());
        files.put(card.network(), network);
        return new Found(card, files).named(options.name());
    }

    private static Map<String, Path> beside(ExtractorCard card, @Nullable Path folder) {
        var files = new LinkedHashMap<String, Path>();
        for (String file : card.allFiles().keySet()) {
            files.put(file, folder == null ? Path.of(file) : folder.resolve(file));
        }
        return files;
    }

    private static String nameOf(Path folder) {
        return ModelStore.fileName(folder.toAbsolutePath().normalize());
    }

    private Found laidOut(Path folder, Optional<String> given, AddOptions options) throws IOException {
        FolderLayout layout = FolderLayout.read(folder, options.file(), options.network());
        String home = nameOf(folder);
        String name = given.orElse(home);
        store.requireFree(name);
        String licence = FolderLayout.licence(folder);
        Found images = described(layout.network(), layout.place(), name, layout.options(), false);
        String origin = noted("%s, added from the folder %s".formatted(layout.kind(), home), layout.notes())
                + notes(images.card().origin());
        ExtractorCard card = images.card()
                .withProcessor(layout.processor().map(processor -> processor + otherwise(options.network())));
        var made = new LinkedHashMap<String, String>();
        if (layout.text().isPresent()) {
            TextSource source = layout.text().get();
            Map<String, Path> words = withExternalData(source.network(), source.graph(), source.place());
            String tokenizer = source.tokenizer().json();
            Map<String, String> digests = digests(words);
            digests.put(source.tokenizerPlace(), Sha256.of(tokenizer));
            TextTower tower = source.tower(digests, licence, origin);
            requireSameModel(layout, images.card().layers(), tower);
            card = card.withText(tower);
            images.files().putAll(words);
            made.put(source.tokenizerPlace(), tokenizer);
        }
        List<String> classes = FolderLayout.classNames(folder);
        NetworkLayer logits = card.layers().get(Layer.LOGITS);
        if (logits != null && logits.dimension() == classes.size()) {
            card = card.withClassNames(classes);
        } else if (logits != null && !classes.isEmpty()) {
            origin += "; no class names: its settings name %d classes, and its logits are of %d"
                    .formatted(classes.size(), logits.dimension());
        }
        return new Found(card.from(origin, Optional.of(licence)), images.files(), made);
    }

    private static void requireSameModel(FolderLayout layout, Map<Layer, NetworkLayer> layers, TextTower tower)
            throws InvalidCardException {
        NetworkLayer beside = Objects.requireNonNull(layers.getOrDefault(Layer.EMBEDDINGS, layers.get(Layer.FEATURES)));
        if (beside.dimension() != tower.dimension()) {
            throw new InvalidCardException(
                    "%s gives texts %d dimensions, and %s gives images %d: they are parts of different models"
                            .formatted(
                                    layout.text().orElseThrow().network(),
                                    tower.dimension(),
                                    layout.network(),
                                    beside.dimension()));
        }
    }

    private Found described(Path network, Optional<String> given, AddOptions options) throws IOException {
        String file = ModelStore.fileName(network);
        String name = given.orElse(file.substring(0, file.length() - ".onnx".length()));
        store.requireFree(name);
        return described(network, "", name, options.network(), true);
    }

    /**
     * Loads the network once to see its layers; it is closed before it is installed, so large ones are in memory once. Patches
     * that nobody asked for are left out where the network has none: an attention pool of one query has no other tokens.
     */
    private Found described(Path network, String place, String name, NetworkOptions options, boolean asked)
            throws IOException {
        OnnxGraph graph = OnnxGraph.read(network, network.toString());
        NetworkOptions own = options.pooled(graph).withOwnLayers(graph);
        NetworkOptions logits = own.beforeActivation(graph);
        Map<String, Path> files = withExternalData(network, graph, place);
        String file = place + ModelStore.fileName(network);
        boolean patches = logits.layers().contains(Layer.PATCHES);
        ExtractorCard card;
        try {
            card = card(name, file, files, graph, logits);
        } catch (InvalidNetworkException e) {
            if (asked || !patches) {
                throw e;
            }
            card = card(name, file, files, graph, logits.without(Layer.PATCHES));
        }
        var notes = new ArrayList<String>();
        if (own.get(NetworkOption.PRESET).isPresent()
                && options.get(NetworkOption.PRESET).isEmpty()) {
            notes.add(
                    "images are prepared as Ultralytics does for its classifiers, since the file says that it is one");
        }
        if (!logits.equals(own)) {
            notes.add("logits are taken from in front of the last activation");
        }
        if (patches && !card.layers().containsKey(Layer.PATCHES)) {
            String none = "its other tokens are not the places of an image";
            if (asked) {
                throw new InvalidNetworkException("%s has no patches: %s".formatted(network, none));
            }
            notes.add("no patches: " + none);
        }
        List<String> classes = UltralyticsFile.of(graph).classNames();
        NetworkLayer classifier = card.layers().get(Layer.LOGITS);
        ExtractorCard named =
                classifier != null && classifier.dimension() == classes.size() ? card.withClassNames(classes) : card;
        return new Found(named.from(noted(card.origin(), notes), Optional.empty()), files);
    }

    private ExtractorCard card(
            String name, String file, Map<String, Path> files, OnnxGraph graph, NetworkOptions options)
            throws IOException {
        Path network = Objects.requireNonNull(files.get(file));
        if (files.values().stream().noneMatch(Files::isSymbolicLink)) {
            return card(name, file, files, graph, options, network);
        }
        // ONNX Runtime refuses weights that a link leads to, as the hub's own cache keeps them.
        try (StagedFolder staged = staged()) {
            for (Map.Entry<String, Path> linked : files.entrySet()) {
                Path place = staged.path().resolve(linked.getKey());
                Files.createDirectories(Objects.requireNonNull(place.getParent()));
                StagedFolder.linkOrCopy(linked.getValue().toRealPath(), place);
            }
            return card(name, file, files, graph, options, staged.path().resolve(file));
        }
    }

    private static ExtractorCard card(
            String name, String file, Map<String, Path> files, OnnxGraph graph, NetworkOptions options, Path network)
            throws IOException {
        NetworkSource source =
                NetworkSource.of(network, String.valueOf(files.get(file))).withOutputs(options.tensors());
        try (OnnxNetwork loaded = OnnxNetwork.load(source, InferenceOptions.AS_WRITTEN)) {
            return options.card(name, file, digests(files), graph.patchSize(), loaded);
        }
    }

    /** What {@link #noted} put behind an origin. */
    private static String notes(String origin) {
        return origin.contains("; ") ? origin.substring(origin.indexOf("; ")) : "";
    }

    private static String noted(String origin, List<String> notes) {
        return origin + notes.stream().map("; "::concat).collect(Collectors.joining());
    }

    /** A network and the files that hold its weights, which lie in the same folder, by their places in the extractor. */
    private static Map<String, Path> withExternalData(Path network, OnnxGraph graph, String place) throws IOException {
        var files = new LinkedHashMap<String, Path>();
        files.put(place + ModelStore.fileName(network), network);
        for (String external : graph.externalFiles()) {
            requireBeside(network, external);
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

    /** A card lists files below its folder only. */
    private static void requireBeside(Path network, String external) throws InvalidNetworkException {
        Path place;
        try {
            place = Path.of(external);
        } catch (InvalidPathException e) {
            place = Path.of("..");
        }
        if (place.isAbsolute() || place.startsWith("..") || !place.equals(place.normalize())) {
            throw new InvalidNetworkException(
                    "%s keeps weights in '%s', which does not lie in its folder: put them there, and export it so that it names them without a path"
                            .formatted(network, external));
        }
    }

    private static Map<String, String> digests(Map<String, Path> files) throws IOException {
        var digests = new LinkedHashMap<String, String>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            digests.put(file.getKey(), Sha256.of(file.getValue()));
        }
        return digests;
    }

    private StoredModel install(Found found) throws IOException {
        ExtractorCard card = found.card();
        store.requireFree(card.id());
        for (Path file : found.files().values()) {
            StoredModel.present(file);
        }
        try (StagedFolder staged = staged()) {
            for (Map.Entry<String, Path> file : found.files().entrySet()) {
                Path copy = staged.path().resolve(file.getKey());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(file.getValue(), copy);
                StoredModel.requireSha256(
                        file.getValue().toString(),
                        Sha256.of(copy),
                        card.allFiles().get(file.getKey()));
                flush(copy);
            }
            for (Map.Entry<String, String> made : found.made().entrySet()) {
                Path file = staged.path().resolve(made.getKey());
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.writeString(file, made.getValue());
                flush(file);
            }
            if (card.text().isPresent()) {
                TextTower text = card.text().get();
                StoredModel.requireListed(staged.path(), text.network(), text.files());
                requireTokenizer(staged.path(), text);
            }
            StoredModel.requireListed(staged.path(), card.network(), card.files());
            String name = String.valueOf(found.files().get(card.network()));
            NetworkSource network = NetworkSource.of(staged.path().resolve(card.network()), name);
            ExtractorCard tried = Trial.of(card, network).tried();
            Path cardFile = staged.path().resolve(ExtractorCard.FILE_NAME);
            Files.writeString(cardFile, CardJson.write(tried));
            flush(cardFile);
            staged.moveTo(store.models().resolve(card.id()));
        }
        return store.find(card.id());
    }

    private static void requireTokenizer(Path folder, TextTower text) throws IOException {
        byte[] json = InputFile.bytes(folder.resolve(text.tokenizer()));
        TokenizerJson.parse(json, text.tokenizer(), InvalidCardException::new);
    }

    private StagedFolder staged() throws IOException {
        try {
            return StagedFolder.in(store.models(), ".adding-");
        } catch (IOException e) {
            IOException readable = new AccessDeniedException(
                    store.models().toString(),
                    null,
                    "cannot install there (%s); set STRAY_HOME to a folder that can be written"
                            .formatted(e.getMessage()));
            readable.initCause(e);
            throw readable;
        }
    }

    private static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
