// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.detect.Suggestion;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.StagedFolder;
import io.github.stray.store.StrayHome;
import io.github.stray.vision.card.CardJson;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The extractors at hand: those built in, and those that a {@link ModelInstaller} put under {@code HOME/models/NAME}. Safe
 * for concurrent use, by several processes too: an extractor appears with one move when it is complete.
 */
public final class ModelStore {
    private static final List<String> BUILT_IN = List.of("stray-mini");

    private final Path models;

    private ModelStore(Path models) {
        this.models = models;
    }

    /**
     * A store in a folder.
     *
     * @param home Stray's home; need not exist
     * @return the store
     */
    public static ModelStore at(Path home) {
        return new ModelStore(home.resolve("models"));
    }

    /** {@return the store of this user, in {@link StrayHome}} */
    public static ModelStore ofEnvironment() {
        return at(StrayHome.ofEnvironment());
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

    private StoredModel installed(String name, Path folder) throws IOException {
        ExtractorCard card = CardJson.read(folder.resolve(ExtractorCard.FILE_NAME));
        if (!card.id().equals(name)) {
            throw new InvalidCardException(
                    "its card names it '%s', its folder '%s': remove and add it again".formatted(card.id(), name));
        }
        return new StoredModel(this, name, Optional.of(folder), card);
    }

    private StoredModel builtIn(String name) throws IOException {
        String card = name + "/" + ExtractorCard.FILE_NAME;
        return new StoredModel(this, name, Optional.empty(), CardJson.read(StoredModel.resource(card), card));
    }

    /**
     * Finds an extractor.
     *
     * @param nameOrFolder name of a built-in or installed one, or the path of a folder with {@code extractor.json}; a name
     *     goes before a folder that happens to be called the same
     * @return the extractor, which opens
     * @throws IllegalArgumentException if there is no such extractor; the message lists those there are
     * @throws IOException if its card cannot be used
     */
    public StoredModel find(String nameOrFolder) throws IOException {
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

    /**
     * Finds the extractor that made features, by the digest of its network.
     *
     * @param space where the features live
     * @return the extractor with these weights; of several, because the same network was added under several names, the one
     *     of the name that the space has, else the first; empty if there is none, or the space names no weights
     * @throws IOException if the store cannot be read
     */
    public Optional<StoredModel> find(FeatureSpace space) throws IOException {
        List<StoredModel> same = list().models().stream()
                .filter(model ->
                        space.weightsSha256().equals(Optional.of(model.card().weightsSha256())))
                .toList();
        return same.stream()
                .filter(model -> space.extractor().equals(Optional.of(model.name())))
                .findFirst()
                .or(() -> same.stream().findFirst());
    }

    /**
     * The extractor that a detector was fitted with.
     *
     * @param fitted where the detector was fitted
     * @param detector what to call the detector in a message
     * @return the extractor of the same weights; of a space that names none, the one of the same name
     * @throws RefusedException if there is none; the message says which it is and what is here instead
     * @throws IOException if the store cannot be read
     */
    public StoredModel require(FeatureSpace fitted, Object detector) throws IOException {
        if (fitted.weightsSha256().isEmpty() && fitted.extractor().isPresent()) {
            return find(fitted.extractor().get());
        }
        if (fitted.weightsSha256().isEmpty()) {
            throw new RefusedException(
                    "%s was fitted on features that name no extractor".formatted(detector), Remedy.NAME_EXTRACTOR);
        }
        Optional<StoredModel> same = find(fitted);
        if (same.isPresent()) {
            return same.get();
        }
        String known = "%s was fitted with the extractor '%s' (sha256 %s)"
                .formatted(
                        detector,
                        fitted.extractor().orElse("unknown"),
                        fitted.weightsSha256().get());
        Optional<StoredModel> namesake = list().models().stream()
                .filter(model -> fitted.extractor().equals(Optional.of(model.name())))
                .findFirst();
        if (namesake.isEmpty()) {
            throw new RefusedException(known + ", which is not installed", Remedy.INSTALL_EXTRACTOR);
        }
        throw new RefusedException(
                "%s; '%s' here is another version (sha256 %s), whose scores would mean something else"
                        .formatted(
                                known,
                                namesake.get().name(),
                                namesake.get().card().weightsSha256()),
                Remedy.FIT_ANEW);
    }

    StoredModel folder(Path folder) throws IOException {
        Path file = folder.resolve(ExtractorCard.FILE_NAME);
        if (!Files.isRegularFile(file)) {
            throw new InvalidCardException(
                    "%s has no %s: it is no extractor; if an export lies there, install it with 'stray models add %s'"
                            .formatted(folder, ExtractorCard.FILE_NAME, folder));
        }
        ExtractorCard card = CardJson.read(file);
        return new StoredModel(this, card.id(), Optional.of(folder), card);
    }

    static boolean isName(String text) {
        try {
            ExtractorCard.requireName(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'%s' is no path: %s".formatted(text, e.getReason()), e);
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

    /** Where installed extractors lie, each in a folder of its name. */
    Path models() {
        return models;
    }

    void requireFree(String name) {
        ExtractorCard.requireName(name);
        if (BUILT_IN.contains(name)) {
            throw new RefusedException("'%s' is built in; choose another name".formatted(name), Remedy.NAME);
        }
        if (Files.exists(models.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException(
                    "an extractor '%s' is installed already; remove it first or choose another name".formatted(name),
                    Remedy.NAME);
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
            throw new IllegalArgumentException(
                    "no extractor '%s' is installed; there are %s".formatted(name, String.join(", ", names())));
        }
        StagedFolder.remove(folder, ".removing-");
    }

    static String fileName(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
