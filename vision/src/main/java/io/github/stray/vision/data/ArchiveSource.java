// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.remedy.Remedy;
import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.FileDownload;
import io.github.stray.vision.download.HttpSource;
import io.github.stray.vision.download.Timing;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Brings the archives of one dataset: from a folder, from another server, or from their official addresses in order. */
final class ArchiveSource {
    private final DatasetEntry entry;
    private final Path downloads;
    private final boolean offline;
    private final Timing timing;
    private final DownloadListener listener;
    private final Optional<Path> folder;
    private final Optional<String> server;

    /**
     * An archive that is here.
     *
     * @param file where it lies
     * @param source address or path it came from
     */
    record Brought(Path file, String source) {}

    ArchiveSource(
            DatasetEntry entry,
            Path downloads,
            boolean offline,
            Timing timing,
            DownloadListener listener,
            Optional<String> mirror)
            throws DatasetRefusedException {
        this.entry = entry;
        this.downloads = downloads;
        this.offline = offline;
        this.timing = timing;
        this.listener = listener;
        this.server = mirror.filter(text -> text.startsWith("http://") || text.startsWith("https://"))
                .map(text -> text.replaceAll("/+$", ""));
        this.folder = server.isPresent() ? Optional.empty() : mirror.map(ArchiveSource::path);
        if (folder.isPresent() && !Files.isDirectory(folder.get())) {
            throw new DatasetRefusedException(
                    "the mirror '%s' is neither a folder nor an address that begins with http:// or https://"
                            .formatted(folder.get()));
        }
    }

    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'%s' is no path: %s".formatted(text, e.getReason()), e);
        }
    }

    /** Bytes that are to be fetched, as far as sizes are known. */
    long missing() throws IOException {
        long missing = 0;
        for (RemoteArchive archive : folder.isPresent() ? List.<RemoteArchive>of() : entry.archives()) {
            missing += place(archive).missing(archive.size().orElse(0));
        }
        return missing;
    }

    private FileDownload.Place place(RemoteArchive archive) {
        return FileDownload.Place.of(downloads.resolve(archive.file()));
    }

    /** Holds the address a fetched archive came from, for a try that finds it. */
    private Path origin(RemoteArchive archive) {
        return downloads.resolve(archive.file() + ".from");
    }

    Brought bring(RemoteArchive archive) throws IOException {
        return folder.isPresent() ? fromFolder(archive, folder.get()) : fromNetwork(archive);
    }

    private Brought fromFolder(RemoteArchive archive, Path mirror) throws IOException {
        Path own = mirror.resolve(entry.name()).resolve(archive.file());
        Path file = Files.isRegularFile(own) ? own : mirror.resolve(archive.file());
        if (!Files.isRegularFile(file)) {
            throw new DatasetRefusedException("%s is neither in %s nor in %s: the dataset %s needs it"
                    .formatted(archive.file(), mirror, mirror.resolve(entry.name()), entry.name()));
        }
        Optional<String> fault = fault(archive, file);
        if (fault.isPresent()) {
            String official = archive.addresses().isEmpty()
                    ? ""
                    : ". The official one is at " + archive.addresses().getFirst();
            String damaged = "%s is damaged, or another file: %s%s".formatted(file, fault.get(), official);
            Optional<String> input = unpackedInput();
            throw input.isEmpty()
                    ? new DownloadException(damaged)
                    : new DownloadException(
                            damaged + ". To use yours as it is, unpack it and take it as input",
                            Remedy.INPUT,
                            input.get());
        }
        return new Brought(file, file.toAbsolutePath().toString());
    }

    /** How the dataset is read where the user unpacked it, if its own files can be read so. */
    private Optional<String> unpackedInput() {
        return switch (entry.layout()) {
            case SVHN, OPENOOD -> Optional.empty();
            case CIFAR10, CIFAR100 -> Optional.of(entry.name() + ":FOLDER");
            default -> Optional.of("FOLDER");
        };
    }

    private static Optional<String> fault(RemoteArchive archive, Path file) throws IOException {
        long size = Files.size(file);
        if (archive.size().isPresent() && size != archive.size().getAsLong()) {
            return Optional.of("it has %,d bytes, and %,d are expected"
                    .formatted(size, archive.size().getAsLong()));
        }
        if (archive.digest().isPresent()) {
            ContentDigest is = archive.digest().get().ofSameKind(file);
            if (!is.equals(archive.digest().get())) {
                return Optional.of(
                        "expected %s, is %s".formatted(archive.digest().get(), is));
            }
        }
        return Optional.empty();
    }

    private Brought fromNetwork(RemoteArchive archive) throws IOException {
        Path target = place(archive).target();
        if (Files.exists(target)) {
            if (fault(archive, target).isEmpty()) {
                Path origin = origin(archive);
                return new Brought(
                        target,
                        Files.exists(origin)
                                ? new String(Files.readAllBytes(origin), StandardCharsets.UTF_8)
                                : "unknown");
            }
            Files.delete(target);
        }
        List<URI> addresses = server.isPresent() ? mirrored(archive, server.get()) : archive.addresses();
        if (addresses.isEmpty()) {
            throw new DatasetRefusedException(
                    "%s of %s cannot be fetched by a program. %s"
                            .formatted(archive.file(), entry.name(), entry.manual()),
                    Remedy.MIRROR);
        }
        if (offline) {
            throw new DownloadUnavailableException(
                    "STRAY_OFFLINE is set, and %s of %s is not here. Unset STRAY_OFFLINE, or give a folder that has it"
                            .formatted(archive.file(), entry.name()),
                    Remedy.MIRROR);
        }
        return fetch(archive, addresses);
    }

    private Brought fetch(RemoteArchive archive, List<URI> addresses) throws IOException {
        var failures = new ArrayList<DownloadException>();
        try (var http = new HttpSource(timing)) {
            for (URI address : addresses) {
                try {
                    new FileDownload(
                                    http,
                                    HttpSource.Host.PLAIN,
                                    timing,
                                    listener,
                                    "the dataset " + entry.name(),
                                    archive.remote(),
                                    address,
                                    place(archive))
                            .run();
                    Files.writeString(origin(archive), HttpSource.shown(address));
                    return new Brought(place(archive).target(), HttpSource.shown(address));
                } catch (DownloadException e) {
                    failures.add(e);
                    if (archive.digest().isPresent()) {
                        // Another server has another tag for the same file; the digest tells in the end.
                        Files.deleteIfExists(place(archive).tag());
                    }
                }
            }
        }
        throw allOf(archive, failures);
    }

    /** Where every address failed, the first failure that is not just a missing file says most. */
    private DownloadException allOf(RemoteArchive archive, List<DownloadException> failures) {
        DownloadException main = failures.stream()
                .filter(failure -> !(failure instanceof DownloadRefusedException))
                .findFirst()
                .orElse(failures.getFirst());
        String each = failures.stream()
                .map(failure -> String.valueOf(failure.getMessage()))
                .collect(Collectors.joining("; "));
        String all = failures.size() == 1
                ? each
                : "%s of %s cannot be had: %s".formatted(archive.file(), entry.name(), each);
        return switch (main) {
            case DownloadUnavailableException unavailable -> new DownloadUnavailableException(all, unavailable);
            case DownloadRefusedException refused -> new DownloadRefusedException(all);
            default -> new DownloadException(all, main);
        };
    }

    private List<URI> mirrored(RemoteArchive archive, String base) {
        try {
            return List.of(
                    new URI(base + "/" + entry.name() + "/" + archive.file()), new URI(base + "/" + archive.file()));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the mirror '%s' is no address: %s".formatted(base, e.getReason()), e);
        }
    }
}
