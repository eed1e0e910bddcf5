// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.provenance.Sha256;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A listing as a dataset: refuses duplicate ids, takes a subset, states size and fingerprint. An entry more or less than
 * then ends an iteration with an error: an archive or a list file was changed. Keeps 8 bytes a sample where a subset is
 * taken and nothing a sample otherwise, besides what the listing keeps; while it is built, about 30 bytes a sample.
 *
 * <p>The fingerprint is SHA-256 over the lines {@code id TAB size TAB label LF} of the samples in order, in UTF-8, the
 * label empty where there is none, followed by the class names, one a line. The version also takes when each image that is
 * a file of its own was last changed.
 */
@SuppressWarnings("ArrayRecordComponent")
record ImageDataset(Listing listing, Selection selection, long[] chosen, long size, String fingerprint, String version)
        implements DatasetSource {
    static ImageDataset of(Listing listing, Selection selection) throws IOException {
        if (selection.perClass().isPresent() && listing.classNames().isEmpty()) {
            throw new RefusedException(
                    "a number of images of each class needs classes, and %s has none: a class is a first-level folder, and every image must be in one"
                            .formatted(listing.where()),
                    Remedy.ALL_OF_EACH_CLASS);
        }
        long[] ranks = new long[1024];
        int[] labels = new int[1024];
        int count = 0;
        var whole = new Digests();
        try (Listing.Cursor cursor = listing.open()) {
            for (Listing.@Nullable Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
                if (count == ranks.length) {
                    ranks = Arrays.copyOf(ranks, Math.multiplyExact(2, count));
                    labels = Arrays.copyOf(labels, ranks.length);
                }
                ranks[count] = selection.rank(entry.id());
                labels[count++] = entry.label().orElse(-1);
                if (selection.all()) {
                    whole.add(entry);
                }
            }
        }
        if (count == 0) {
            throw new DatasetException("no images in %s: %s"
                    .formatted(listing.where(), listing.ignored().describe()));
        }
        ranks = Arrays.copyOf(ranks, count);
        labels = Arrays.copyOf(labels, count);
        refuseDuplicates(listing, selection, ranks);
        long[] chosen = selection.all()
                ? new long[0]
                : choose(ranks, labels, selection, listing.classNames().size());
        Digests digests = selection.all() ? whole : digests(listing, selection, chosen);
        for (String name : listing.classNames()) {
            digests.manifest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String fingerprint = Sha256.hex(digests.manifest);
        return new ImageDataset(
                listing,
                selection,
                chosen,
                selection.all() ? count : chosen.length,
                fingerprint,
                Sha256.of(fingerprint + Sha256.hex(digests.changes)));
    }

    private static void refuseDuplicates(Listing listing, Selection selection, long[] ranks) throws IOException {
        long[] sorted = ranks.clone();
        Arrays.sort(sorted);
        Set<Long> repeated = new HashSet<>();
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                repeated.add(sorted[i]);
            }
        }
        if (repeated.isEmpty()) {
            return;
        }
        Set<String> seen = new HashSet<>();
        try (Listing.Cursor cursor = listing.open()) {
            for (Listing.@Nullable Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
                if (repeated.contains(selection.rank(entry.id())) && !seen.add(entry.id())) {
                    throw new DatasetException("%s holds %s twice; every image needs an id of its own"
                            .formatted(listing.where(), entry.id()));
                }
            }
        }
    }

    /** Ranks of the chosen samples, ascending. */
    private static long[] choose(long[] ranks, int[] labels, Selection selection, int classes) {
        long[] kept = ranks;
        if (selection.perClass().isPresent()) {
            int[] sizes = new int[classes];
            for (int label : labels) {
                if (label >= 0) {
                    sizes[label]++;
                }
            }
            long[][] byClass = new long[classes][];
            for (int k = 0; k < classes; k++) {
                byClass[k] = new long[sizes[k]];
            }
            for (int i = 0; i < ranks.length; i++) {
                if (labels[i] >= 0) {
                    byClass[labels[i]][--sizes[labels[i]]] = ranks[i];
                }
            }
            kept = Arrays.stream(byClass)
                    .flatMapToLong(ofClass -> Arrays.stream(ofClass)
                            .sorted()
                            .limit(selection.perClass().getAsInt()))
                    .toArray();
        }
        long limit = selection.limit().isPresent() ? selection.limit().getAsInt() : Long.MAX_VALUE;
        return Arrays.stream(kept).sorted().limit(limit).toArray();
    }

    private static Digests digests(Listing listing, Selection selection, long[] chosen) throws IOException {
        var digests = new Digests();
        try (Listing.Cursor cursor = listing.open()) {
            for (Listing.@Nullable Entry entry = next(cursor, selection, chosen);
                    entry != null;
                    entry = next(cursor, selection, chosen)) {
                digests.add(entry);
            }
        }
        return digests;
    }

    /** Of the manifest, and of when files were changed. */
    private static final class Digests {
        private final MessageDigest manifest = Sha256.digest();
        private final MessageDigest changes = Sha256.digest();

        void add(Listing.Entry entry) {
            OptionalInt label = entry.label();
            String line = entry.id() + "\t" + entry.size() + "\t" + (label.isPresent() ? label.getAsInt() : "") + "\n";
            manifest.update(line.getBytes(StandardCharsets.UTF_8));
            if (entry.content() instanceof OwnFile own) {
                changes.update((own.lastModified() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static Listing.@Nullable Entry next(Listing.Cursor cursor, Selection selection, long[] chosen)
            throws IOException {
        while (true) {
            Listing.@Nullable Entry entry = cursor.next();
            if (entry == null || selection.all() || Arrays.binarySearch(chosen, selection.rank(entry.id())) >= 0) {
                return entry;
            }
        }
    }

    @Override
    public String name() {
        return listing.name();
    }

    @Override
    public long ignored() {
        return listing.ignored().count();
    }

    @Override
    public SortedMap<String, Long> unread() {
        return listing.ignored().unread();
    }

    @Override
    public List<String> classNames() {
        return listing.classNames();
    }

    @Override
    public SampleIterator open() throws IOException {
        Listing.Cursor cursor = listing.open();
        return new SampleIterator() {
            private long taken;
            private boolean ended;

            @Override
            public boolean hasNext() {
                if (taken == size && selection.all() && !ended) {
                    ended = true;
                    requireEnd();
                }
                return taken < size;
            }

            private void requireEnd() {
                try {
                    if (cursor.next() != null) {
                        throw new DatasetException("%s changed while it was read: there are more than %d images now"
                                .formatted(listing.where(), size));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e.getMessage(), e);
                }
            }

            @Override
            public Sample next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("all %d samples were taken".formatted(size));
                }
                try {
                    Listing.@Nullable Entry entry = ImageDataset.next(cursor, selection, chosen);
                    if (entry == null) {
                        throw new DatasetException("%s changed while it was read: %d images are left of %d"
                                .formatted(listing.where(), taken, size));
                    }
                    taken++;
                    return new Sample(entry.id(), entry.label(), entry.content());
                } catch (IOException e) {
                    throw new UncheckedIOException(e.getMessage(), e);
                }
            }

            @Override
            public void close() {
                try {
                    cursor.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e.getMessage(), e);
                }
            }
        };
    }

    @Override
    public String toString() {
        return "ImageDataset[%s, %d samples, %d classes]"
                .formatted(listing.where(), size, classNames().size());
    }
}
