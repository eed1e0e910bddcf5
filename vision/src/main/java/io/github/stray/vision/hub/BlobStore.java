// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.FileDownload;
import io.github.stray.vision.download.ProcessLock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The cache. {@code blobs/} holds contents by digest, and parts of them; {@code listings/} what commits hold; {@code refs/}
 * which commit a revision was when it was last asked for; {@code snapshots/} repositories as folders of links to the blobs.
 * Safe for several threads and processes: everything appears with one move, and one digest is fetched by one at a time.
 */
final class BlobStore {
    private final Path root;

    BlobStore(Path root) {
        this.root = root;
    }

    Path blob(ContentDigest digest) {
        return root.resolve("blobs").resolve(digest.fileName());
    }

    Path part(ContentDigest digest) {
        return root.resolve("blobs").resolve(digest.fileName() + ".part");
    }

    /** Name that the server has for the version of which a part is there. */
    Path partTag(ContentDigest digest) {
        return root.resolve("blobs").resolve(digest.fileName() + ".part.etag");
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
        if (Files.isRegularFile(blob(file.digest()))) {
            return 0;
        }
        Path part = part(file.digest());
        return Files.exists(part) ? Math.max(0, file.size() - Files.size(part)) : file.size();
    }

    long usableSpace() throws IOException {
        return Files.getFileStore(writable(root)).getUsableSpace();
    }

    /** Keeps others away from a digest until it is closed. */
    ProcessLock lock(ContentDigest digest, Runnable waiting) throws IOException {
        Path folder = writable(root.resolve("locks"));
        writable(root.resolve("blobs"));
        return ProcessLock.of(folder.resolve(digest.fileName() + ".lock"), waiting);
    }

    /** Where a blob is fetched to. */
    FileDownload.Place place(ContentDigest digest) {
        return new FileDownload.Place(blob(digest), part(digest), partTag(digest));
    }

    Optional<String> commit(HubReference reference) throws IOException {
        Path file = ref(reference);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(file).strip()).filter(HubReference::isCommit);
    }

    void putCommit(HubReference reference, String commit) throws IOException {
        write(ref(reference), commit.getBytes(StandardCharsets.US_ASCII));
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
        write(listingFile(reference, listing.commit()), listing.toBytes());
    }

    private Path listingFile(HubReference reference, String commit) {
        return folder("listings", reference).resolve(commit + ".json");
    }

    Path snapshot(HubReference reference, String commit) {
        return folder("snapshots", reference).resolve(commit);
    }

    private Path folder(String kind, HubReference reference) {
        return root.resolve(kind).resolve(reference.organisation()).resolve(reference.name());
    }

    /** Makes a file of a snapshot: a hard link where the file system has them, a copy elsewhere. */
    void link(HubFile file, Path snapshot) throws IOException {
        Path blob = blob(file.digest());
        Path target = snapshot.resolve(file.path());
        if (Files.exists(target) && Files.isSameFile(blob, target)) {
            return;
        }
        Path folder = writable(parent(target));
        Path temporary = Files.createTempFile(folder, ".link-", "");
        try {
            Files.delete(temporary);
            try {
                Files.createLink(temporary, blob);
            } catch (IOException | UnsupportedOperationException noLinks) {
                Files.copy(blob, temporary);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void write(Path file, byte[] bytes) throws IOException {
        Path temporary = Files.createTempFile(writable(parent(file)), ".new-", "");
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }

    private static Path writable(Path folder) throws IOException {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new DownloadUnavailableException(
                    "%s cannot be written to (%s); set STRAY_HOME to a folder that can".formatted(folder, e), e);
        }
    }
}
