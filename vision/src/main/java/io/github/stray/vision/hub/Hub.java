// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.FileDownload;
import io.github.stray.vision.download.HttpSource;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.Storage;
import io.github.stray.vision.download.Text;
import io.github.stray.vision.download.Timing;
import io.github.stray.vision.hub.ExportFiles.Placed;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * Fetches exported networks from a model hub: <a href="https://huggingface.co">Hugging Face</a>, or whoever speaks its
 * protocol. Immutable and safe for concurrent use, by several processes too.
 *
 * <p>A revision is resolved to a commit first, and everything is fetched at that. Only what an extractor needs is fetched:
 * the networks, their external data, the settings of images and texts, the README. Each file is checked against the length
 * and digest of the listing before it is used, a broken download goes on where it stopped, and what the cache holds is not
 * fetched again. Failed requests are repeated up to four times on broken connections and HTTP 408, 425, 429 and 5xx.
 */
public final class Hub {
    static final String README = "README.md";

    private final HubSettings settings;
    private final Timing timing;
    private final BlobStore store;

    Hub(HubSettings settings, Timing timing) {
        this.settings = settings;
        this.timing = timing;
        this.store = new BlobStore(settings.cache().resolve("hub"));
    }

    /**
     * {@return a hub}
     *
     * @param settings where it is, and where the cache lies
     */
    public static Hub of(HubSettings settings) {
        return new Hub(settings, Timing.usual());
    }

    /**
     * {@return where a repository lies, after what is needed of it and not in the cache yet was fetched}
     *
     * @param reference the repository
     * @param file the network of images to choose: its path in the repository, or its name in {@code onnx/} or at the top;
     *     the first of the usual layouts if it is empty
     * @param listener hears how far it has come
     * @throws DownloadRefusedException if there is no such repository or revision, it has no network to install or not the
     *     one that is chosen, or its listing is not to be trusted
     * @throws DownloadUnavailableException if the hub cannot be reached or gives no access, the settings are offline and
     *     something is not in the cache, or the disk has no room
     * @throws DownloadException if what comes is not what the listing describes
     * @throws IOException if the cache cannot be read or written
     */
    public HubSnapshot fetch(HubReference reference, Optional<String> file, DownloadListener listener)
            throws IOException {
        if (settings.offline()) {
            return snapshot(reference, file, cachedListing(reference), this::requirePresent);
        }
        try (HubClient client = new HubClient(settings, new HttpSource(timing))) {
            var api = new HubApi(client, settings, timing, listener);
            HubListing listing = listing(reference, api);
            return snapshot(reference, file, listing, (files, at) -> {
                requireSpace(files, at);
                for (HubFile each : files) {
                    download(client, listener, at, each, api.file(at, listing.commit(), each.path()));
                }
            });
        }
    }

    /**
     * {@return where a repository lies: {@link #fetch(HubReference, Optional, DownloadListener)} of the usual network}
     *
     * @param reference the repository
     * @param listener hears how far it has come
     * @throws IOException as there
     */
    public HubSnapshot fetch(HubReference reference, DownloadListener listener) throws IOException {
        return fetch(reference, Optional.empty(), listener);
    }

    private void download(
            HubClient client, DownloadListener listener, HubReference reference, HubFile file, URI address)
            throws IOException {
        try (ProcessLock held = store.lock(file.digest(), listener::waiting)) {
            Objects.requireNonNull(held);
            if (!store.has(file)) {
                new FileDownload(
                                client.http(),
                                client.host(reference, file.path()),
                                timing,
                                listener,
                                reference.toString(),
                                file.remote(),
                                address,
                                store.place(file.digest()))
                        .run();
            }
        }
    }

    private HubListing listing(HubReference reference, HubApi api) throws IOException {
        if (reference.isCommit()) {
            Optional<HubListing> cached = store.listing(reference, reference.revision());
            if (cached.isPresent()) {
                return cached.get();
            }
        }
        HubApi.Revision revision = api.revision(reference);
        if (reference.isCommit() && !revision.commit().equals(reference.revision())) {
            throw new DownloadException("%s answers with the commit %s to a request for %s"
                    .formatted(settings.endpoint(), revision.commit(), reference));
        }
        Optional<HubListing> cached = store.listing(reference, revision.commit());
        HubListing listing = cached.isPresent() ? cached.get() : api.listing(reference, revision);
        if (cached.isEmpty()) {
            store.putListing(reference, listing);
        }
        store.putCommit(reference, listing.commit());
        return listing;
    }

    private HubListing cachedListing(HubReference reference) throws IOException {
        Optional<String> commit = reference.isCommit() ? Optional.of(reference.revision()) : store.commit(reference);
        Optional<HubListing> listing = commit.isPresent() ? store.listing(reference, commit.get()) : Optional.empty();
        return listing.orElseThrow(() -> new DownloadUnavailableException(
                "STRAY_OFFLINE is set, and %s is not in the cache %s: nothing of it was ever fetched. Unset STRAY_OFFLINE, or install a copy with 'stray models add DIR'"
                        .formatted(reference, settings.cache())));
    }

    /** Brings files into the cache, or finds that they are there. */
    private interface Provider {
        void provide(List<HubFile> files, HubReference reference) throws IOException;
    }

    private HubSnapshot snapshot(HubReference reference, Optional<String> chosen, HubListing listing, Provider provider)
            throws IOException {
        ExportFiles export = ExportFiles.of(listing, reference, chosen);
        Path folder = store.snapshot(reference, listing.commit(), export.chosen());
        var first = new ArrayList<>(export.companions());
        first.addAll(export.networks());
        provide(first, reference, folder, provider);
        var external = new LinkedHashSet<Placed>();
        for (Placed network : export.networks()) {
            addExternal(network, folder, reference, listing, external);
        }
        provide(List.copyOf(external), reference, folder, provider);
        Optional<String> licence = listing.licence();
        if (licence.isEmpty()
                && export.companions().stream().anyMatch(file -> file.place().equals(README))) {
            licence = Licences.ofReadme(folder.resolve(README));
        }
        String origin = HubReference.PREFIX
                + reference.repository()
                + "@"
                + listing.commit()
                + export.chosen().map(path -> ", " + path).orElse("");
        String network = export.networks().getFirst().place();
        return new HubSnapshot(
                folder, export.chosen().map(path -> network.substring(network.lastIndexOf('/') + 1)), origin, licence);
    }

    private void provide(List<Placed> files, HubReference reference, Path folder, Provider provider)
            throws IOException {
        provider.provide(files.stream().map(Placed::file).toList(), reference);
        for (Placed file : files) {
            store.link(file.file(), folder.resolve(file.place()));
        }
    }

    /** The files that hold weights of a network, which its graph names relative to its own folder. */
    private static void addExternal(
            Placed network, Path folder, HubReference reference, HubListing listing, SequencedSet<Placed> external)
            throws IOException {
        String path = network.file().path();
        Path file = folder.resolve(network.place());
        for (String location : OnnxGraph.read(file, reference + ", " + path).externalFiles()) {
            String beside = location.startsWith("./") ? location.substring(2) : location;
            HubFile found = listing.files().get(sibling(path, beside));
            if (found == null) {
                throw new DownloadRefusedException(
                        "%s: the network %s keeps weights in '%s', which the repository does not have"
                                .formatted(reference, path, Text.printable(location)));
            }
            external.add(new Placed(found, sibling(network.place(), beside)));
        }
    }

    private static String sibling(String path, String name) {
        return path.substring(0, path.lastIndexOf('/') + 1) + name;
    }

    private void requirePresent(List<HubFile> files, HubReference reference) throws IOException {
        var missing = new ArrayList<String>();
        for (HubFile file : files) {
            if (!store.has(file)) {
                missing.add("%s (%,d bytes)".formatted(file.path(), file.size()));
            }
        }
        if (!missing.isEmpty()) {
            throw new DownloadUnavailableException(
                    "STRAY_OFFLINE is set, and of %s the cache %s lacks %s. Unset STRAY_OFFLINE to fetch it"
                            .formatted(reference, settings.cache(), String.join(", ", missing)));
        }
    }

    /** There must be room for what is fetched and for the installed copy. */
    private void requireSpace(List<HubFile> files, HubReference reference) throws IOException {
        long missing = 0;
        long all = 0;
        for (HubFile file : files) {
            missing = Math.addExact(missing, store.missing(file));
            all = Math.addExact(all, file.size());
        }
        String what =
                "%s (%s)".formatted(reference, files.stream().map(HubFile::path).collect(Collectors.joining(", ")));
        Storage.requireSpace(store.folder(), what, missing, all);
    }
}
