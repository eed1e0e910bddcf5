// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.detect.Suggestion;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.Timing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The datasets under {@code HOME/data/NAME}. Safe for concurrent use, by several processes too: a dataset appears with one move
 * when it is complete. Archives are kept under {@code HOME/data/.downloads} until it is.
 */
public final class DatasetStore {
    private final DatasetSettings settings;
    private final DatasetFolders folders;
    private final DatasetCatalogue catalogue;
    private final Timing timing;

    DatasetStore(DatasetSettings settings, DatasetCatalogue catalogue, Timing timing) {
        this.settings = settings;
        this.folders = new DatasetFolders(settings.data());
        this.catalogue = catalogue;
        this.timing = timing;
    }

    /**
     * {@return a store with the catalogue of this release}
     *
     * @param settings where it is
     */
    public static DatasetStore of(DatasetSettings settings) {
        return of(settings, DatasetCatalogue.ofStray());
    }

    /**
     * {@return a store with datasets of one's own}
     *
     * @param settings where it is
     * @param catalogue what can be pulled
     */
    public static DatasetStore of(DatasetSettings settings, DatasetCatalogue catalogue) {
        return new DatasetStore(settings, catalogue, Timing.usual());
    }

    /** {@return the catalogue: what can be pulled} */
    public DatasetCatalogue catalogue() {
        return catalogue;
    }

    /**
     * {@return the datasets that are here, usable and broken ones}
     *
     * @throws IOException if the store cannot be read
     */
    public DatasetListing list() throws IOException {
        var installed = new ArrayList<InstalledDataset>();
        var broken = new TreeMap<String, String>();
        for (String name : folders.names()) {
            try {
                installed.add(DatasetRecord.read(folders.folder(name)));
            } catch (IOException e) {
                broken.put(name, String.valueOf(e.getMessage()));
            }
        }
        return new DatasetListing(installed, broken);
    }

    /**
     * {@return a dataset, if it is here}
     *
     * @param name its name
     * @throws IOException if its record cannot be read
     */
    public Optional<InstalledDataset> find(String name) throws IOException {
        return folders.find(name);
    }

    /**
     * A dataset that was pulled, and whether this was done now.
     *
     * @param dataset the dataset
     * @param wasHere whether it was here before; then its files were counted
     */
    public record Pulled(InstalledDataset dataset, boolean wasHere) {}

    /**
     * {@return a dataset that was fetched, checked and unpacked, or found here}
     *
     * @param name its name
     * @param mirror a folder that holds its archives, or an address they are below; else their official addresses
     * @param listener hears how far it has come
     * @throws IllegalArgumentException if no such dataset is known
     * @throws DatasetRefusedException if it cannot be fetched by a program, or what was unpacked is not in its layout
     * @throws DownloadException if an archive cannot be had, is damaged or hostile, or there is
     *     no room
     * @throws IOException if the store cannot be read or written
     */
    public Pulled pull(String name, Optional<String> mirror, DownloadListener listener) throws IOException {
        return new DatasetPull(catalogue.require(name), folders, settings.offline(), timing, mirror, listener).run();
    }

    /**
     * Deletes a dataset and what was fetched or unpacked of it. Of one whose folder the user gave, the folder stays.
     *
     * @param name its name
     * @throws DatasetRefusedException if it is not here, or a folder of that name is not Stray's
     * @throws IOException if it cannot be deleted
     */
    public void remove(String name) throws IOException {
        if (!DatasetFolders.isName(name) || name.startsWith(".") || !(folders.exists(name) || folders.hasLeft(name))) {
            throw notHere(name);
        }
        if (folders.exists(name) && !folders.hasRecord(name)) {
            throw new DatasetRefusedException("%s has no %s, so Stray did not make it, and it stays"
                    .formatted(folders.folder(name), DatasetRecord.FILE));
        }
        try (ProcessLock held = folders.lock(name, () -> {})) {
            Objects.requireNonNull(held);
            folders.remove(name);
        }
    }

    private DatasetRefusedException notHere(String name) throws IOException {
        if (catalogue.find(name).isPresent()) {
            return new DatasetRefusedException(
                    "the dataset '%s' is not here: 'stray data pull %s' fetches it".formatted(name, name));
        }
        var known = new LinkedHashSet<String>(folders.names());
        catalogue.entries().forEach(entry -> known.add(entry.name()));
        return new DatasetRefusedException(
                "no dataset '%s' is here or known; %s".formatted(name, Suggestion.among(name, known)));
    }

    /**
     * {@return where the images of a split are}
     *
     * @param spec {@code NAME} or {@code NAME#SPLIT}; the split may be left out where there is only one
     * @throws DatasetRefusedException if the dataset is not here, has no such split, or its lists cannot be used
     * @throws IOException if its lists cannot be read
     */
    public PulledSplit open(String spec) throws IOException {
        int hash = spec.indexOf('#');
        String name = hash < 0 ? spec : spec.substring(0, hash);
        Optional<InstalledDataset> found = find(name);
        if (found.isEmpty()) {
            throw notHere(name);
        }
        DatasetEntry entry = found.get().entry();
        List<String> splits = entry.splitNames();
        if (hash < 0 && splits.size() > 1) {
            throw new DatasetRefusedException("data:%s has the splits %s: write data:%s#%s"
                    .formatted(name, String.join(", ", splits), name, splits.getLast()));
        }
        String wanted = hash < 0 ? splits.getFirst() : spec.substring(hash + 1);
        Optional<DatasetSplit> split = entry.split(wanted);
        if (split.isEmpty()) {
            throw new DatasetRefusedException(
                    "data:%s has no split '%s', but %s".formatted(name, wanted, String.join(", ", splits)));
        }
        SplitContent content = entry.layout().split(found.get().folder(), entry, split.get());
        if (content instanceof SplitContent.ListedFiles listed) {
            listed.requireSafe(name);
        }
        return new PulledSplit(name, wanted, splits.size() == 1 ? name : name + "-" + wanted, content);
    }
}
