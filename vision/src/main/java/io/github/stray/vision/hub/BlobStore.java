// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.store.AtomicFile;
import io.github.stray.store.StagedFolder;
import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.FileDownload;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.Storage;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;

/**
 * The cache. {@code blobs/} holds contents by digest, and parts of them; {@code listings/} what commits hold; {@code refs/}
 * which commit a revision was when it was last asked for; {@code snapshots/} repositories as folders of links to the blobs.
 * Safe for several threads and processes: everything appears with one move, and one digest is fetched by one at a time.
 */
record BlobStore(Path root) {
    Path blob(ContentDigest digest) {
        return root.resolve("blobs").resolve(digest.fileName());
    }

    /** Whether the content is there, undamaged. A damaged one is deleted. */
    boolean has(HubFile file) throws IOException {
        Path blob = blob(file.digest());
        if (!Files.isRegularFile(blob)) {
            return false;
        }
        if (Files.size(blob) == file.size() && file.digest().ofSameKind(blob).equals(file.digest())) {
            return true;
        }
        Files.delete(blob);
        return false;
    }

    /** Bytes that are not there yet. */
    long missing(HubFile file) throws IOException {
        return place(file.digest()).missing(file.size());
    }

    /** The folder of the cache, which is made if it does not exist. */
    Path folder() throws IOException {
        return Storage.writable(root);
    }

    /** Keeps others away from a digest until it is closed. */
    ProcessLock lock(ContentDigest digest, Runnable waiting) throws IOException {
        Path folder = Storage.writable(root.resolve("locks"));
        Storage.writable(root.resolve("blobs"));
        return ProcessLock.of(folder.resolve(digest.fileName() + ".lock"), waiting);
    }

    /** Where a blob is fetched to. */
    FileDownload.Place place(ContentDigest digest) {
        return FileDownload.Place.of(blob(digest));
    }

    Optional<String> commit(HubReference reference) throws IOException {
        Path file = ref(reference);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip())
                .filter(HubReference::isCommit);
    }

    void putCommit(HubReference reference, String commit) throws IOException {
        AtomicFile.write(inFolder(ref(reference)), commit);
    }

    private Path ref(HubReference reference) {
        return folder("refs", reference).resolve(URLEncoder.encode(reference.revision(), StandardCharsets.UTF_8));
    }

    Optional<HubListing> listing(HubReference reference, String commit) throws IOException {
        Path file = listingFile(reference, commit);
        return Files.isRegularFile(file)
                ? Optional.of(HubListing.of(Files.readAllBytes(file), file.toString()))
                : Optional.empty();
    }

    void putListing(HubReference reference, HubListing listing) throws IOException {
        AtomicFile.write(inFolder(listingFile(reference, listing.commit())), listing.toBytes());
    }

    private Path listingFile(HubReference reference, String commit) {
        return folder("listings", reference).resolve(commit + ".json");
    }

    /** A folder of its own for each network that is chosen, so that what is in it depends on nothing fetched before. */
    Path snapshot(HubReference reference, String commit, Optional<String> chosen) {
        Path folder = folder("snapshots", reference);
        return chosen.isPresent() ? folder.resolve(commit + ".chosen").resolve(chosen.get()) : folder.resolve(commit);
    }

    private Path folder(String kind, HubReference reference) {
        return root.resolve(kind).resolve(reference.organisation()).resolve(reference.name());
    }

    /** Makes a file of a snapshot: a hard link where the file system has them, a copy elsewhere. */
    void link(HubFile file, Path target) throws IOException {
        Path blob = blob(file.digest());
        if (Files.exists(target) && Files.isSameFile(blob, target)) {
            return;
        }
        Path folder = Objects.requireNonNull(inFolder(target).getParent());
        Path temporary = Files.createTempFile(folder, ".link-", "");
        try {
            Files.delete(temporary);
            StagedFolder.linkOrCopy(blob, temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A file whose folder exists. */
    private static Path inFolder(Path file) throws IOException {
        Storage.writable(Objects.requireNonNull(file.getParent()));
        return file;
    }
}
