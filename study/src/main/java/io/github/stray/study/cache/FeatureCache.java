// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.FeatureFileWriter;
import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Features on disk, {@code FOLDER/DIGEST.safetensors} with a checksum inside and {@code DIGEST.json} beside it. Entries are
 * written under a temporary name and moved, so several processes may share a folder. A damaged entry is named once, deleted
 * and made again. So is one that lacks images which could not be read, once libraries or memory to read them with have changed.
 *
 * @param folder where the entries lie; need not exist
 * @param messages told of damaged entries
 */
public record FeatureCache(Path folder, Consumer<String> messages) {
    private static final String FEATURES = ".safetensors";
    private static final String NOTE = ".json";
    private static final String PARTS = ".parts";

    /** Writes features to a sink. */
    @FunctionalInterface
    interface Extraction {
        void to(FeatureSink sink) throws IOException;
    }

    /**
     * {@return an entry, or nothing if there is none, it was damaged, or it lacks images that perhaps can be read now}
     *
     * @param key what it was made of
     * @throws IOException if the cache cannot be read
     */
    public Optional<CachedFeatures> find(FeatureKey key) throws IOException {
        Path note = note(key.digest());
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        try {
            EntryNote said = EntryNote.read(note);
            if (!said.failed().isEmpty() && !said.surroundings().equals(surroundings())) {
                messages.accept(
                        "note: %d of the images of %s could not be read when the features of %s were cached, and perhaps can be now (then: %s; now: %s), so they are made again"
                                .formatted(
                                        said.failed().size(),
                                        said.dataset(),
                                        key.extractor(),
                                        said.surroundings(),
                                        surroundings()));
                return Optional.empty();
            }
            CachedFeatures entry = open(key.digest(), said);
            touch(note);
            return Optional.of(entry);
        } catch (IOException e) {
            messages.accept("note: the cached features of %s are unusable and are made again: %s"
                    .formatted(key.extractor(), reason(e)));
            delete(key.digest());
            return Optional.empty();
        }
    }

    /** What decides beside the bytes of an image whether it can be read. */
    private static String surroundings() {
        return "%s, in %d MB"
                .formatted(ImageDecoder.libraries(), Runtime.getRuntime().maxMemory() >> 20);
    }

    /** An entry that somebody else owns, or that another process deletes just now, is read all the same. */
    private static void touch(Path note) {
        try {
            Files.setLastModifiedTime(note, FileTime.from(Instant.now()));
        } catch (IOException notOurs) {
            return;
        }
    }

    /**
     * {@return an entry, made now} A large set is extracted in parts, which are kept until the entry is whole: work that was
     * broken off goes on behind the last finished part.
     *
     * @param key what it is made of
     * @param source the set
     * @param extractor makes the features
     * @param options layers kept; batch and threads
     * @param provider what the network runs on
     * @param listener told of its samples
     * @throws CacheFailedException if it cannot be written
     * @throws IOException if the images cannot be read
     */
    public CachedFeatures make(
            FeatureKey key,
            DatasetSource source,
            FeatureExtractor extractor,
            ExtractionOptions options,
            Provider provider,
            ExtractionListener listener)
            throws IOException {
        Provenance provenance = Provenance.now(Map.of(
                "dataset_fingerprint", source.fingerprint(),
                "jpeg_decoder", ImageDecoder.jpegDecoder(),
                "provider", provider.id()));
        SequencedMap<Layer, FeatureSpace> spaces = extractor.spaces(options.layers());
        try (PartFolder parts = source.size() > PartFolder.SAMPLES ? parts(key) : null) {
            Extraction extraction = parts == null
                    ? sink -> extractor.extract(source, options, sink.with(listener))
                    : sink -> new FeatureParts(parts, extractor, options, spaces, provenance, surroundings())
                            .to(source, sink, listener);
            CachedFeatures made = make(key, spaces, source.classNames(), source.name(), provenance, extraction);
            if (parts != null) {
                parts.remove();
            }
            return made;
        }
    }

    /** Where parts of an entry are kept until it is whole; nothing while another process makes the same entry. */
    private @Nullable PartFolder parts(FeatureKey key) throws CacheFailedException {
        try {
            return PartFolder.take(folder.resolve(key.digest() + PARTS)).orElse(null);
        } catch (IOException e) {
            throw new CacheFailedException(e);
        }
    }

    CachedFeatures make(
            FeatureKey key,
            SequencedMap<Layer, FeatureSpace> spaces,
            List<String> classNames,
            String dataset,
            Provenance provenance,
            Extraction extraction)
            throws IOException {
        var failed = new ArrayList<FailedSample>();
        long start = System.nanoTime();
        Path file = features(key.digest());
        try (FeatureFileWriter writer = writer(file, spaces, classNames, dataset, provenance)) {
            extraction.to(new FeatureSink() {
                @Override
                public void accept(FeatureBatch batch) throws IOException {
                    try {
                        writer.accept(batch);
                    } catch (IOException e) {
                        throw new CacheFailedException(e);
                    }
                }

                @Override
                public void failed(FailedSample sample) {
                    failed.add(sample);
                }
            });
            if (writer.rows() == 0) {
                String first = failed.stream()
                        .map(sample -> "; the first, %s: %s".formatted(sample.id(), sample.reason()))
                        .findFirst()
                        .orElse("");
                throw new IOException("no image of %s could be read%s".formatted(dataset, first));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            try {
                writer.commit();
                new EntryNote(dataset, key.extractor(), key.layers(), writer.rows(), failed, surroundings(), seconds)
                        .write(note(key.digest()));
            } catch (IOException e) {
                throw new CacheFailedException(e);
            }
            return new CachedFeatures(FeatureFile.read(file), failed, seconds);
        }
    }

    private FeatureFileWriter writer(
            Path file, Map<Layer, FeatureSpace> spaces, List<String> classNames, String dataset, Provenance provenance)
            throws CacheFailedException {
        try {
            Files.createDirectories(folder);
            return FeatureFileWriter.create(file, spaces, classNames, dataset, provenance);
        } catch (IOException e) {
            throw new CacheFailedException(e);
        }
    }

    private CachedFeatures open(String digest, EntryNote note) throws IOException {
        FeatureFile file = FeatureFile.read(features(digest));
        if (file.rows() != note.rows()) {
            throw new IOException("%s has %d rows, its note says %d".formatted(file.path(), file.rows(), note.rows()));
        }
        return new CachedFeatures(file, note.failed(), note.seconds());
    }

    /**
     * {@return all entries, last used first, without looking into them}
     *
     * @throws IOException if the cache cannot be read
     */
    public List<CacheEntry> list() throws IOException {
        return entries(false);
    }

    /**
     * {@return all entries, every byte of them checked; those with a problem say which}
     *
     * @throws IOException if the cache cannot be read
     */
    public List<CacheEntry> verify() throws IOException {
        return entries(true);
    }

    /**
     * {@return the entries that were deleted; what was left of unfinished ones goes too}
     *
     * @param unusedFor only those not used for so long; zero for all
     * @throws IOException if something cannot be deleted
     */
    public List<CacheEntry> clean(Duration unusedFor) throws IOException {
        Instant before = Instant.now().minus(unusedFor);
        var deleted = new ArrayList<CacheEntry>();
        for (CacheEntry entry : list()) {
            if (!entry.used().isAfter(before)) {
                delete(entry.digest());
                deleted.add(entry);
            }
        }
        return deleted;
    }

    private List<CacheEntry> entries(boolean verified) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> digests;
        try (Stream<Path> files = Files.list(folder)) {
            digests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(FEATURES) && !name.startsWith("."))
                    .map(name -> name.substring(0, name.length() - FEATURES.length()))
                    .toList();
        }
        var entries = new ArrayList<>(folders());
        for (String digest : digests) {
            present(digest, verified).ifPresent(entries::add);
        }
        entries.sort((a, b) -> b.used().compareTo(a.used()));
        return entries;
    }

    /** What is kept in parts: readings of sets, and features that are not whole yet. */
    private List<CacheEntry> folders() throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(Files::isDirectory)
                    .filter(each -> isParts(each) || isReadings(each))
                    .toList();
        }
        var entries = new ArrayList<CacheEntry>();
        for (Path each : found) {
            long bytes = 0;
            try (Stream<Path> parts = Files.list(each)) {
                for (Path part : parts.toList()) {
                    bytes += Files.size(part);
                }
            } catch (NoSuchFileException deletedMeanwhile) {
                continue;
            }
            Instant used = Files.getLastModifiedTime(each).toInstant();
            String name = each.getFileName().toString();
            entries.add(new CacheEntry(
                    name,
                    "?",
                    isReadings(each) ? "readings" : "?",
                    List.of(),
                    0,
                    bytes,
                    used,
                    isReadings(each) ? Optional.empty() : Optional.of("it is unfinished")));
        }
        return entries;
    }

    private static boolean isParts(Path file) {
        return file.getFileName().toString().endsWith(PARTS);
    }

    private static boolean isReadings(Path file) {
        return file.getFileName().toString().endsWith(ReadingCache.READINGS);
    }

    private Optional<CacheEntry> present(String digest, boolean verified) throws IOException {
        try {
            return Optional.of(entry(digest, verified));
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    private CacheEntry entry(String digest, boolean verified) throws IOException {
        Path file = features(digest);
        Path stamped = Files.exists(note(digest)) ? note(digest) : file;
        Instant used = Files.getLastModifiedTime(stamped).toInstant();
        long bytes = Files.size(file);
        try {
            EntryNote note = EntryNote.read(note(digest));
            if (verified) {
                open(digest, note);
            }
            return new CacheEntry(
                    digest,
                    note.dataset(),
                    note.extractor(),
                    note.layers(),
                    note.rows(),
                    bytes,
                    used,
                    Optional.empty());
        } catch (NoSuchFileException e) {
            return broken(digest, bytes, used, "it is unfinished");
        } catch (IOException e) {
            return broken(digest, bytes, used, reason(e));
        }
    }

    private static CacheEntry broken(String digest, long bytes, Instant used, String problem) {
        return new CacheEntry(digest, "?", "?", List.of(), 0, bytes, used, Optional.of(problem));
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException missing
                ? missing.getFile() + " is missing"
                : String.valueOf(e.getMessage());
    }

    private void delete(String digest) throws IOException {
        Path parts = folder.resolve(digest);
        if (isParts(parts) || isReadings(parts)) {
            FolderRemoval.remove(parts);
            return;
        }
        Files.deleteIfExists(note(digest));
        Files.deleteIfExists(features(digest));
    }

    private Path features(String digest) {
        return folder.resolve(digest + FEATURES);
    }

    private Path note(String digest) {
        return folder.resolve(digest + NOTE);
    }
}
