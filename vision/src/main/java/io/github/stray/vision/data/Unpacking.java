// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.archive.ArchiveException;
import io.github.stray.vision.archive.ArchiveLimits;
import io.github.stray.vision.archive.TarEntry;
import io.github.stray.vision.archive.TarReader;
import io.github.stray.vision.archive.ZipContent;
import io.github.stray.vision.archive.ZipDirectory;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.SafePath;
import io.github.stray.vision.download.Storage;
import io.github.stray.vision.download.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks archives into a folder, or puts other files there as they are. Refused are archives with entries that would leave the
 * folder, with links, devices or two entries of one name, and those that grow by more than {@value ArchiveLimits#RATIO} times once they
 * are beyond 1 GiB. What was unpacked before that stays: the folder is one to be thrown away then.
 */
final class Unpacking {
    private static final int MOST_FILES = 5_000_000;

    private final Path folder;
    private final DownloadListener listener;
    private long files;
    private long bytes;

    /** Bytes that the archive being unpacked may grow to. */
    private long most;

    private long inArchive;

    Unpacking(Path folder, DownloadListener listener) {
        this.folder = folder;
        this.listener = listener;
    }

    long files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    void add(Path archive, RemoteArchive description) throws IOException {
        Path into = description.into().isEmpty() ? folder : folder.resolve(description.into());
        inArchive = 0;
        most = Math.max(ArchiveLimits.UNSUSPICIOUS, ArchiveLimits.RATIO * Files.size(archive));
        String name = description.file();
        String lower = name.toLowerCase(Locale.ROOT);
        listener.started("unpacking " + name, 0);
        try {
            if (!description.isPacked()) {
                try (InputStream in = Files.newInputStream(archive)) {
                    write(in, into.resolve(name), name);
                }
            } else if (lower.endsWith(".zip")) {
                unzip(archive, into, name);
            } else {
                untar(archive, into, name, !lower.endsWith(".tar"));
            }
        } catch (ArchiveException e) {
            throw new DownloadException(String.valueOf(e.getMessage()), e);
        }
        listener.finished();
    }

    private void untar(Path archive, Path into, String name, boolean compressed) throws IOException {
        try (TarReader tar = TarReader.open(archive, compressed)) {
            for (@Nullable TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                String path = safe(name, entry.name());
                if (entry.kind() == TarEntry.Kind.FOLDER || path.isEmpty()) {
                    continue;
                }
                if (entry.kind() != TarEntry.Kind.FILE) {
                    throw refused(name, entry.name(), "is a link or a device, or sparse");
                }
                write(tar.content(), into.resolve(path), name);
            }
        }
    }

    private void unzip(Path archive, Path into, String name) throws IOException {
        ZipDirectory directory = ZipDirectory.of(archive);
        try (ZipContent zip = directory.open()) {
            for (int entry = 0; entry < directory.size(); entry++) {
                String path = safe(name, directory.name(entry));
                if (directory.name(entry).endsWith("/") || path.isEmpty()) {
                    continue;
                }
                if (directory.isSpecial(entry)) {
                    throw refused(name, directory.name(entry), "is a link or a device");
                }
                try (InputStream in = zip.stream(entry)) {
                    write(in, into.resolve(path), name);
                } catch (DownloadException | FileSystemException e) {
                    throw e;
                } catch (IOException e) {
                    throw new DownloadException("%s is damaged: %s: %s".formatted(archive, path, e.getMessage()), e);
                }
            }
        }
    }

    /** The path below the folder; empty for the folder itself. */
    private static String safe(String archive, String entry) throws DownloadException {
        String path = entry.replaceFirst("^(\\./)+", "").replaceFirst("/+$", "");
        if (path.isEmpty() || path.equals(".")) {
            return "";
        }
        if (!SafePath.isSafe(path)) {
            throw refused(
                    archive, entry, "could leave the folder it belongs to, or is no name for a file on every system");
        }
        return path;
    }

    private void write(InputStream in, Path target, String archive) throws IOException {
        if (++files > MOST_FILES) {
            throw new DownloadException("%s is refused: it has more than %,d files".formatted(archive, MOST_FILES));
        }
        byte[] block = new byte[1 << 16];
        try (OutputStream out = create(target, archive)) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                bytes += n;
                inArchive += n;
                listener.advanced(inArchive);
                if (inArchive > most) {
                    throw new DownloadException(
                            "%s is refused: it grows to more than %d times its size and is taken for a bomb"
                                    .formatted(archive, ArchiveLimits.RATIO));
                }
                try {
                    out.write(block, 0, n);
                } catch (IOException e) {
                    throw Storage.full(target, folder, "what was fetched stays for the next try.", e);
                }
            }
        }
    }

    private OutputStream create(Path target, String archive) throws IOException {
        try {
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            return Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw refused(archive, folder.relativize(target).toString(), "is there twice, or is a file and a folder");
        } catch (IOException e) {
            throw Storage.full(target, folder, "what was fetched stays for the next try.", e);
        }
    }

    private static DownloadException refused(String archive, String entry, String why) {
        return new DownloadException("%s is refused: its entry '%s' %s".formatted(archive, Text.printable(entry), why));
    }
}
