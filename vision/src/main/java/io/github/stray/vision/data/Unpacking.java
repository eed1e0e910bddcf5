// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.SafePath;
import io.github.stray.vision.download.Storage;
import io.github.stray.vision.download.Text;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks archives into a folder, or puts other files there as they are. Refused are archives with entries that would leave the
 * folder, with links, devices or two entries of one name, and those that grow by more than {@value #MAX_RATIO} times once they
 * are beyond 1 GiB. What was unpacked before that stays: the folder is one to be thrown away then.
 */
final class Unpacking {
    static final long MAX_RATIO = 200;

    private static final long UNSUSPICIOUS = 1L << 30;
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
        most = Math.max(UNSUSPICIOUS, MAX_RATIO * Files.size(archive));
        String name = description.file();
        String lower = name.toLowerCase(Locale.ROOT);
        listener.started("unpacking " + name, 0);
        if (!description.isPacked()) {
            try (InputStream in = Files.newInputStream(archive)) {
                write(in, into.resolve(name), name);
            }
        } else if (lower.endsWith(".zip")) {
            unzip(archive, into, name);
        } else {
            untar(archive, into, name, !lower.endsWith(".tar"));
        }
        listener.finished();
    }

    private void untar(Path archive, Path into, String name, boolean compressed) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                InputStream in = compressed ? new GZIPInputStream(file, 1 << 16) : file;
                var tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
            for (@Nullable TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.isCheckSumOK()) {
                    throw new IOException("checksum of a header differs");
                }
                String path = safe(name, entry.getName());
                if (entry.isDirectory() || path.isEmpty()) {
                    continue;
                }
                if (!entry.isFile()
                        || entry.isSymbolicLink()
                        || entry.isLink()
                        || entry.isFIFO()
                        || entry.isCharacterDevice()
                        || entry.isBlockDevice()) {
                    throw refused(name, entry.getName(), "is a link or a device");
                }
                write(tar, into.resolve(path), name);
            }
            // The end of a compressed file holds its checksum.
            in.transferTo(OutputStream.nullOutputStream());
        } catch (DownloadException refused) {
            throw refused;
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(archive, e);
        }
    }

    private void unzip(Path archive, Path into, String name) throws IOException {
        try (var zip = new ZipFile(archive.toFile(), StandardCharsets.UTF_8)) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                String path = safe(name, entry.getName());
                if (entry.isDirectory() || path.isEmpty()) {
                    continue;
                }
                try (var in = new CheckedInputStream(Objects.requireNonNull(zip.getInputStream(entry)), new CRC32())) {
                    long before = inArchive;
                    write(in, into.resolve(path), name);
                    if (in.getChecksum().getValue() != entry.getCrc() || inArchive - before != entry.getSize()) {
                        throw new ZipException("checksum or size of %s differs".formatted(path));
                    }
                }
            }
        } catch (DownloadException refused) {
            throw refused;
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(archive, e);
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
                                    .formatted(archive, MAX_RATIO));
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

    private static DownloadException damaged(Path archive, Exception e) {
        return new DownloadException(
                "%s is damaged, or no archive of its kind (%s)".formatted(archive, e.getMessage()), e);
    }
}
