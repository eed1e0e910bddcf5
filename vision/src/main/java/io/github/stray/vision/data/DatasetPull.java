// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.provenance.Sha256;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.FolderRemoval;
import io.github.stray.store.StagedFolder;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.Storage;
import io.github.stray.vision.download.Timing;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Fetches, checks and unpacks one dataset, or finds it. */
record DatasetPull(
        DatasetEntry entry,
        DatasetFolders folders,
        boolean offline,
        Timing timing,
        Optional<String> mirror,
        DownloadListener listener) {

    DatasetStore.Pulled run() throws IOException {
        String name = entry.name();
        Optional<InstalledDataset> before = folders.find(name);
        if (before.isPresent() && !Files.exists(folders.downloads(name))) {
            // Also where the store can only be read.
            return again(before.get(), mirror);
        }
        try (ProcessLock held = folders.lock(name, listener::waiting)) {
            Objects.requireNonNull(held);
            Optional<InstalledDataset> here = folders.find(name);
            if (here.isPresent()) {
                // Left by a process that was killed after the last move.
                FolderRemoval.remove(folders.downloads(name));
                return again(here.get(), mirror);
            }
            if (folders.exists(name)) {
                throw new DatasetRefusedException(
                        "%s is in the way: it has no %s, so Stray did not make it. Move it elsewhere"
                                .formatted(folders.folder(name), DatasetRecord.FILE));
            }
            return new DatasetStore.Pulled(entry.isGiven() ? register() : install(), false);
        }
    }

    private static DatasetStore.Pulled again(InstalledDataset here, Optional<String> mirror) throws IOException {
        requireSameFolder(here, mirror);
        requireComplete(here);
        return new DatasetStore.Pulled(here, true);
    }

    private static void requireSameFolder(InstalledDataset dataset, Optional<String> mirror)
            throws DatasetRefusedException {
        String name = dataset.entry().name();
        if (dataset.given() && mirror.isPresent() && !absolute(mirror.get()).equals(dataset.folder())) {
            throw new DatasetRefusedException(
                    "%s is remembered in %s: 'stray data remove %s' forgets it and deletes nothing there, then pull it from %s"
                            .formatted(name, dataset.folder(), name, absolute(mirror.get())));
        }
    }

    private static Path absolute(String folder) {
        return ArchiveSource.path(folder).toAbsolutePath().normalize();
    }

    private static void requireComplete(InstalledDataset dataset) throws IOException {
        String name = dataset.entry().name();
        if (dataset.given()) {
            if (!Files.isDirectory(dataset.folder())) {
                throw new DatasetRefusedException(
                        "the folder %s of %s is gone: 'stray data remove %s', then pull it from where it is now"
                                .formatted(dataset.folder(), name, name));
            }
            return;
        }
        var count = new Counting();
        Files.walkFileTree(dataset.folder().toRealPath(), count);
        if (count.files != dataset.files() || count.bytes != dataset.bytes()) {
            throw new DatasetRefusedException(
                    "%s is here, and not as it was unpacked: %,d files of %,d bytes, and %,d of %,d were. 'stray data remove %s', then pull it again"
                            .formatted(name, count.files, count.bytes, dataset.files(), dataset.bytes(), name));
        }
    }

    private static final class Counting extends SimpleFileVisitor<Path> {
        private long files;
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!file.endsWith(DatasetRecord.FILE)) {
                files++;
                bytes += attributes.size();
            }
            return FileVisitResult.CONTINUE;
        }
    }

    /** A dataset that nobody may hand on stays where the user has it. */
    private InstalledDataset register() throws IOException {
        if (mirror.isEmpty()) {
            throw new DatasetRefusedException(
                    "%s is not for anybody to hand on. %s".formatted(entry.name(), entry.manual()), Remedy.MIRROR);
        }
        Path given = absolute(mirror.get());
        List<DatasetSplit> present = entry.splits().stream()
                .filter(split -> Files.isDirectory(given.resolve(split.path())))
                .toList();
        if (present.isEmpty()) {
            List<String> paths = entry.splits().stream().map(DatasetSplit::path).toList();
            throw new DatasetRefusedException(
                    "%s has none of the folders %s: %s".formatted(given, String.join(", ", paths), entry.manual()),
                    Remedy.MIRROR);
        }
        if (given.toRealPath().startsWith(folders.data().toRealPath())) {
            throw new DatasetRefusedException("%s is inside %s, where 'stray data remove' deletes: move it elsewhere"
                    .formatted(given, folders.data()));
        }
        var notes = new ArrayList<String>();
        for (DatasetSplit split : entry.splits()) {
            if (present.contains(split)) {
                DatasetNotes.addFolders(entry, split, given.resolve(split.path()), notes);
            } else {
                notes.add("there is no folder %s, so no split %s".formatted(split.path(), split.name()));
            }
        }
        var dataset = new InstalledDataset(entry, given, true, 0, 0, List.of(), notes);
        try (StagedFolder staged = folders.stage(entry.name())) {
            DatasetRecord.write(staged.path(), dataset);
            staged.moveTo(folders.folder(entry.name()));
        }
        return dataset;
    }

    private InstalledDataset install() throws IOException {
        String name = entry.name();
        Path downloads = Storage.writable(folders.downloads(name));
        var source = new ArchiveSource(entry, downloads, offline, timing, listener, mirror);
        // As a guess, unpacking needs as much as the archives have.
        Storage.requireSpace(
                folders.data(), name, source.missing(), entry.size().orElse(0));
        var brought = new ArrayList<ArchiveSource.Brought>();
        for (RemoteArchive archive : entry.archives()) {
            brought.add(source.bring(archive));
        }
        try (StagedFolder staged = folders.stage(name)) {
            var unpacking = new Unpacking(staged.path(), listener);
            var archives = new ArrayList<PulledArchive>();
            for (int i = 0; i < brought.size(); i++) {
                RemoteArchive archive = entry.archives().get(i);
                Path file = brought.get(i).file();
                archives.add(new PulledArchive(
                        archive.file(),
                        brought.get(i).source(),
                        Files.size(file),
                        Sha256.of(file),
                        archive.digest().isPresent()));
                unpacking.add(file, archive);
            }
            List<String> notes = DatasetNotes.of(entry, staged.path());
            var dataset = new InstalledDataset(
                    entry, folders.folder(name), false, unpacking.files(), unpacking.bytes(), archives, notes);
            DatasetRecord.write(staged.path(), dataset);
            staged.moveTo(folders.folder(name));
            FolderRemoval.remove(downloads);
            return dataset;
        } catch (DownloadUnavailableException full) {
            throw full;
        } catch (DownloadException | DatasetRefusedException refused) {
            deleteUnverified(downloads);
            throw refused;
        }
    }

    /** What no checksum vouches for and cannot be used is fetched anew by the next try, not found and refused again. */
    private void deleteUnverified(Path downloads) throws IOException {
        for (RemoteArchive archive : entry.archives()) {
            if (archive.digest().isEmpty()) {
                Files.deleteIfExists(downloads.resolve(archive.file()));
            }
        }
    }
}
