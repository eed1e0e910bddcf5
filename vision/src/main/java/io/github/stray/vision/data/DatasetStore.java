// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.detect.Suggestion;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.FolderRemoval;
import io.github.stray.store.StagedFolder;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.SafePath;
import io.github.stray.vision.download.Timing;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The datasets under {@code HOME/data/NAME}. Safe for concurrent use, by several processes too: a dataset appears with one move
 * when it is complete. Archives are kept under {@code HOME/data/.downloads} until it is.
 */
public final class DatasetStore {
    /** Names that are images, hidden ones left out; for counting only. */
    private static final Pattern IMAGE = Pattern.compile("(?i)[^.].*\\.(jpg|jpeg|jpe|jfif|png|gif|bmp|webp|tif|tiff)");

    private final DatasetSettings settings;
    private final DatasetCatalogue catalogue;
    private final Timing timing;

    DatasetStore(DatasetSettings settings, DatasetCatalogue catalogue, Timing timing) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.timing = timing;
    }

    /**
     * A store.
     *
     * @param settings where it is
     * @return the store, with the catalogue of this release
     */
    public static DatasetStore of(DatasetSettings settings) {
        return of(settings, DatasetCatalogue.ofStray());
    }

    /**
     * A store with datasets of one's own.
     *
     * @param settings where it is
     * @param catalogue what can be pulled
     * @return the store
     */
    public static DatasetStore of(DatasetSettings settings, DatasetCatalogue catalogue) {
        return new DatasetStore(settings, catalogue, Timing.usual());
    }

    /**
     * The catalogue.
     *
     * @return what can be pulled
     */
    public DatasetCatalogue catalogue() {
        return catalogue;
    }

    /**
     * What is here.
     *
     * @return usable and broken datasets
     * @throws IOException if the store cannot be read
     */
    public DatasetListing list() throws IOException {
        var installed = new ArrayList<InstalledDataset>();
        var broken = new TreeMap<String, String>();
        for (String name : names()) {
            try {
                installed.add(DatasetRecord.read(folder(name)));
            } catch (IOException e) {
                broken.put(name, String.valueOf(e.getMessage()));
            }
        }
        return new DatasetListing(installed, broken);
    }

    private List<String> names() throws IOException {
        if (!Files.isDirectory(settings.data())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(settings.data())) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private Path folder(String name) {
        return settings.data().resolve(name);
    }

    /**
     * A dataset that is here.
     *
     * @param name its name
     * @return it, if it is
     * @throws IOException if its record cannot be read
     */
    public Optional<InstalledDataset> find(String name) throws IOException {
        return SafePath.isSafe(name)
                        && !name.contains("/")
                        && Files.exists(folder(name).resolve(DatasetRecord.FILE))
                ? Optional.of(DatasetRecord.read(folder(name)))
                : Optional.empty();
    }

    /**
     * A dataset that was pulled, and whether this was done now.
     *
     * @param dataset the dataset
     * @param wasHere whether it was here before; then its files were counted
     */
    public record Pulled(InstalledDataset dataset, boolean wasHere) {}

    /**
     * Fetches a dataset, checks and unpacks it, or finds it here.
     *
     * @param name its name
     * @param mirror a folder that holds its archives, or an address they are below; else their official addresses
     * @param listener hears how far it has come
     * @return the dataset
     * @throws IllegalArgumentException if no such dataset is known
     * @throws DatasetRefusedException if it cannot be fetched by a program, or what was unpacked is not in its layout
     * @throws DownloadException if an archive cannot be had, is damaged or hostile, or there is
     *     no room
     * @throws IOException if the store cannot be read or written
     */
    public Pulled pull(String name, Optional<String> mirror, DownloadListener listener) throws IOException {
        DatasetEntry entry = catalogue.require(name);
        Optional<InstalledDataset> before = find(name);
        if (before.isPresent() && !Files.exists(downloads(name))) {
            // Also where the store can only be read.
            return again(before.get(), mirror);
        }
        try (ProcessLock held = lock(name, listener::waiting)) {
            Objects.requireNonNull(held);
            Optional<InstalledDataset> here = find(name);
            if (here.isPresent()) {
                // Left by a process that was killed after the last move.
                FolderRemoval.remove(downloads(name));
                return again(here.get(), mirror);
            }
            requireFree(folder(name));
            return new Pulled(entry.isGiven() ? register(entry, mirror) : install(entry, mirror, listener), false);
        }
    }

    private Pulled again(InstalledDataset here, Optional<String> mirror) throws IOException {
        requireSameFolder(here, mirror);
        requireComplete(here);
        return new Pulled(here, true);
    }

    private static void requireFree(Path folder) throws DatasetRefusedException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new DatasetRefusedException(
                    "%s is in the way: it has no %s, so Stray did not make it. Move it elsewhere"
                            .formatted(folder, DatasetRecord.FILE));
        }
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

    private void requireComplete(InstalledDataset dataset) throws IOException {
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
    private InstalledDataset register(DatasetEntry entry, Optional<String> mirror) throws IOException {
        if (mirror.isEmpty()) {
            throw new DatasetRefusedException(
                    "%s is not for anybody to hand on. %s".formatted(entry.name(), entry.manual()));
        }
        Path given = absolute(mirror.get());
        List<DatasetSplit> present = entry.splits().stream()
                .filter(split -> Files.isDirectory(given.resolve(split.path())))
                .toList();
        if (present.isEmpty()) {
            throw new DatasetRefusedException("%s has none of the folders %s: %s"
                    .formatted(
                            given,
                            String.join(
                                    ", ",
                                    entry.splits().stream()
                                            .map(DatasetSplit::path)
                                            .toList()),
                            entry.manual()));
        }
        if (given.toRealPath().startsWith(settings.data().toRealPath())) {
            throw new DatasetRefusedException("%s is inside %s, where 'stray data remove' deletes: move it elsewhere"
                    .formatted(given, settings.data()));
        }
        var notes = new ArrayList<String>();
        for (DatasetSplit split : entry.splits()) {
            if (present.contains(split)) {
                noteFolders(entry, split, given.resolve(split.path()), notes);
            } else {
                notes.add("there is no folder %s, so no split %s".formatted(split.path(), split.name()));
            }
        }
        var dataset = new InstalledDataset(entry, given, true, 0, 0, List.of(), notes);
        try (StagedFolder staged = staged(entry.name())) {
            DatasetRecord.write(staged.path(), dataset);
            staged.moveTo(folder(entry.name()));
        }
        return dataset;
    }

    private InstalledDataset install(DatasetEntry entry, Optional<String> mirror, DownloadListener listener)
            throws IOException {
        String name = entry.name();
        Path downloads = writable(downloads(name));
        var source = new ArchiveSource(entry, downloads, settings.offline(), timing, listener, mirror);
        requireSpace(entry, source.missing());
        var brought = new ArrayList<ArchiveSource.Brought>();
        for (RemoteArchive archive : entry.archives()) {
            brought.add(source.bring(archive));
        }
        try (StagedFolder staged = staged(name)) {
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
            List<String> notes = notes(entry, staged.path());
            var dataset = new InstalledDataset(
                    entry, folder(name), false, unpacking.files(), unpacking.bytes(), archives, notes);
            DatasetRecord.write(staged.path(), dataset);
            staged.moveTo(folder(name));
            FolderRemoval.remove(downloads);
            return dataset;
        } catch (DownloadUnavailableException full) {
            throw full;
        } catch (DownloadException | DatasetRefusedException refused) {
            deleteUnverified(entry, downloads);
            throw refused;
        }
    }

    /** What no checksum vouches for and cannot be used is fetched anew by the next try, not found and refused again. */
    private static void deleteUnverified(DatasetEntry entry, Path downloads) throws IOException {
        for (RemoteArchive archive : entry.archives()) {
            if (archive.digest().isEmpty()) {
                Files.deleteIfExists(downloads.resolve(archive.file()));
            }
        }
    }

    /** Every split must open but those that need other datasets; that it has another number of images than the catalogue says is only said. */
    private static List<String> notes(DatasetEntry entry, Path folder) throws IOException {
        var notes = new ArrayList<String>();
        for (RemoteArchive archive : entry.archives()) {
            if (archive.digest().isEmpty()) {
                notes.add("no checksum of %s is known: what came was recorded, not checked".formatted(archive.file()));
            }
        }
        for (DatasetSplit split : entry.splits()) {
            if (entry.layout() == DatasetLayout.OPENOOD) {
                if (!Files.isRegularFile(folder.resolve(split.path()))) {
                    notes.add("there is no list %s, so no split %s".formatted(split.path(), split.name()));
                }
                continue;
            }
            SplitContent content = entry.layout().split(folder, entry, split);
            if (content instanceof SplitContent.ListedFiles listed) {
                requireSafe(entry.name(), listed);
                noteMissing(split, listed, notes);
                noteCount(split, listed.files().size(), notes);
                noteClasses(entry, split, listed.classNames().size(), notes);
            } else if (content instanceof SplitContent.ImageFolder images) {
                noteCount(split, images(images.folder()), notes);
                noteFolders(entry, split, images.folder(), notes);
            }
        }
        return notes;
    }

    private static long images(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            IMAGE.matcher(String.valueOf(file.getFileName())).matches())
                    .count();
        }
    }

    private static void noteCount(DatasetSplit split, long found, List<String> notes) {
        if (split.images().isPresent() && found != split.images().getAsLong()) {
            notes.add("the split %s has %,d images, and the catalogue says %,d"
                    .formatted(split.name(), found, split.images().getAsLong()));
        }
    }

    /** Labels follow the sorted folders: one more or less shifts them. */
    private static void noteFolders(DatasetEntry entry, DatasetSplit split, Path folder, List<String> notes)
            throws IOException {
        noteClasses(entry, split, FolderNames.folders(folder).size(), notes);
    }

    private static void noteClasses(DatasetEntry entry, DatasetSplit split, int found, List<String> notes) {
        if (entry.classes().isPresent() && found != entry.classes().getAsInt()) {
            notes.add("the split %s has %,d classes, and the catalogue says %,d"
                    .formatted(split.name(), found, entry.classes().getAsInt()));
        }
    }

    private static void noteMissing(DatasetSplit split, SplitContent.ListedFiles listed, List<String> notes) {
        List<String> missing = listed.files().stream()
                .map(SplitContent.LabelledFile::path)
                .filter(path -> !Files.isRegularFile(listed.root().resolve(path)))
                .toList();
        if (!missing.isEmpty()) {
            notes.add("the split %s names %,d images that are not there, such as %s"
                    .formatted(split.name(), missing.size(), missing.getFirst()));
        }
    }

    /** There must be room for what is fetched and, as a guess, as much again for what is unpacked. */
    private void requireSpace(DatasetEntry entry, long missing) throws IOException {
        long needed = Math.addExact(missing, entry.size().orElse(0));
        long usable = Files.getFileStore(settings.data()).getUsableSpace();
        if (needed > usable) {
            throw new DownloadUnavailableException(
                    "not enough room in %s: %,d bytes of %s are to be fetched and at least %,d unpacked, and %,d are free. Free some, or set STRAY_HOME to another disk."
                            .formatted(
                                    settings.data(),
                                    missing,
                                    entry.name(),
                                    entry.size().orElse(0),
                                    usable));
        }
    }

    /** Only whoever holds the lock of the name may call this: nobody else is unpacking then. */
    private StagedFolder staged(String name) throws IOException {
        Path data = writable(settings.data());
        deleteLeft(name);
        return StagedFolder.in(data, prefix(name));
    }

    private static String prefix(String name) {
        return ".pulling-" + name + "-";
    }

    /** What was unpacked by processes that were killed. */
    private List<Path> left(String name) throws IOException {
        return StagedFolder.list(settings.data(), prefix(name));
    }

    private void deleteLeft(String name) throws IOException {
        for (Path left : left(name)) {
            FolderRemoval.remove(left);
        }
    }

    private Path downloads(String name) {
        return settings.data().resolve(".downloads").resolve(name);
    }

    /**
     * Deletes a dataset and what was fetched or unpacked of it. Of one whose folder the user gave, the folder stays.
     *
     * @param name its name
     * @throws DatasetRefusedException if it is not here, or a folder of that name is not Stray's
     * @throws IOException if it cannot be deleted
     */
    public void remove(String name) throws IOException {
        boolean isName = SafePath.isSafe(name) && !name.contains("/") && !name.startsWith(".");
        if (!isName) {
            throw notHere(name);
        }
        boolean exists = Files.exists(folder(name), LinkOption.NOFOLLOW_LINKS);
        if (!exists && !Files.exists(downloads(name)) && left(name).isEmpty()) {
            throw notHere(name);
        }
        if (exists && !Files.exists(folder(name).resolve(DatasetRecord.FILE))) {
            throw new DatasetRefusedException(
                    "%s has no %s, so Stray did not make it, and it stays".formatted(folder(name), DatasetRecord.FILE));
        }
        try (ProcessLock held = lock(name, () -> {})) {
            Objects.requireNonNull(held);
            if (Files.exists(folder(name), LinkOption.NOFOLLOW_LINKS)) {
                StagedFolder.remove(folder(name), prefix(name));
            }
            deleteLeft(name);
            FolderRemoval.remove(downloads(name));
        }
    }

    private DatasetRefusedException notHere(String name) throws IOException {
        if (catalogue.find(name).isPresent()) {
            return new DatasetRefusedException(
                    "the dataset '%s' is not here: 'stray data pull %s' fetches it".formatted(name, name));
        }
        var known = new LinkedHashSet<String>(names());
        catalogue.entries().forEach(entry -> known.add(entry.name()));
        return new DatasetRefusedException(
                "no dataset '%s' is here or known; %s".formatted(name, Suggestion.among(name, known)));
    }

    /**
     * Opens a split.
     *
     * @param spec {@code NAME} or {@code NAME#SPLIT}; the split may be left out where there is only one
     * @return where its images are
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
            requireSafe(name, listed);
        }
        return new PulledSplit(name, wanted, splits.size() == 1 ? name : name + "-" + wanted, content);
    }

    /** Lists come from an archive as its images do, and may no more than they lead out of the folder. */
    private static void requireSafe(String name, SplitContent.ListedFiles listed) throws DatasetRefusedException {
        for (SplitContent.LabelledFile file : listed.files()) {
            if (!SafePath.isSafe(file.path())) {
                throw new DatasetRefusedException(
                        "a list of %s is refused: it names '%s'".formatted(name, file.path()));
            }
        }
    }

    private ProcessLock lock(String name, Runnable waiting) throws IOException {
        Path locks = writable(settings.data().resolve(".locks"));
        try {
            return ProcessLock.of(locks.resolve(name + ".lock"), waiting);
        } catch (IOException e) {
            throw unwritable(locks, e);
        }
    }

    private static Path writable(Path folder) throws IOException {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static DownloadUnavailableException unwritable(Path folder, IOException e) {
        return new DownloadUnavailableException(
                "%s cannot be written to (%s); set STRAY_HOME to a folder that can".formatted(folder, e), e);
    }
}
