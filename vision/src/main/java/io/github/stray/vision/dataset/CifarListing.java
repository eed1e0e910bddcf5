// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.provenance.InputFile;
import io.github.stray.vision.archive.Inflating;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * CIFAR's binary files, plain or compressed with xz, a record at a time. Ids are record numbers from 0, counted through
 * the files of a split. A file that ends inside a record or holds a label out of range is refused as a whole.
 */
record CifarListing(Cifar set, List<Path> files) {
    /** Enough for any dictionary that {@code xz -9} uses; more is refused. */
    private static final int XZ_MEMORY_KIB = 128 << 10;

    /** Records of one file; the largest official file has 50,000. */
    private static final int MAX_RECORDS = 1_000_000;

    /** A file, or a folder with files of official names; {@code split} may be absent where that leaves no choice. */
    static Listing of(Cifar set, Path path, Optional<CifarSplit> split) throws IOException {
        String where = set.id() + ":" + path;
        if (!Files.isDirectory(path)) {
            String fileName = String.valueOf(path.getFileName());
            if (split.isPresent() && isOfOtherSplit(set, fileName, split.get())) {
                throw new IllegalArgumentException("%s is not the %s split of %s"
                        .formatted(path, split.get().id(), set.id()));
            }
            return listing(set, ArchivePath.stem(fileName, ".bin.xz", ".bin", ".xz"), where, List.of(path));
        }
        List<CifarSplit> present = Stream.of(CifarSplit.values())
                .filter(candidate -> set.files(candidate).stream().anyMatch(f -> find(path, f) != null))
                .toList();
        if (split.isEmpty() && present.size() > 1) {
            throw new IllegalArgumentException("%s holds both splits: add #train or #test".formatted(where));
        }
        if (present.isEmpty()) {
            throw new DatasetException("no %s files in %s: expected %s or %s there, plain or with .xz"
                    .formatted(set.id(), path, set.files(CifarSplit.TEST), set.files(CifarSplit.TRAIN)));
        }
        CifarSplit chosen = split.orElse(present.getFirst());
        var files = new ArrayList<Path>();
        for (String file : set.files(chosen)) {
            @Nullable Path found = find(path, file);
            if (found == null) {
                throw new DatasetException("%s is missing in %s, so the %s split of %s is not complete"
                        .formatted(file, path, chosen.id(), set.id()));
            }
            files.add(found);
        }
        return listing(set, set.id() + "-" + chosen.id(), where + "#" + chosen.id(), List.copyOf(files));
    }

    private static Listing listing(Cifar set, String name, String where, List<Path> files) {
        var records = new CifarListing(set, files);
        return new Listing(name, where, set.classNames(), () -> records.new Records());
    }

    private static boolean isOfOtherSplit(Cifar set, String fileName, CifarSplit split) {
        CifarSplit other = split == CifarSplit.TRAIN ? CifarSplit.TEST : CifarSplit.TRAIN;
        String lower = fileName.toLowerCase(Locale.ROOT);
        boolean official = set.files(other).stream().anyMatch(lower::startsWith);
        return official || (lower.contains(other.id()) && !lower.contains(split.id()));
    }

    private static @Nullable Path find(Path folder, String file) {
        Path plain = folder.resolve(file);
        Path compressed = folder.resolve(file + ".xz");
        return Files.exists(plain) ? plain : Files.exists(compressed) ? compressed : null;
    }

    private final class Records implements Listing.Cursor {
        private int file;
        private long number;
        private int inFile;
        private @Nullable InputStream in;

        @Override
        public Listing.@Nullable Entry next() throws IOException {
            while (file < files.size()) {
                Path path = files.get(file);
                byte[] record = read(path);
                if (record.length == 0) {
                    close();
                    file++;
                    inFile = 0;
                    continue;
                }
                int label = set.label(record);
                if (record.length < set.recordBytes()) {
                    throw new DatasetException(
                            "%s ends inside record %d: it is truncated, or no %s file (records of %d bytes)"
                                    .formatted(path, inFile, set.id(), set.recordBytes()));
                }
                if (label >= set.classNames().size()) {
                    int most = set.classNames().size() - 1;
                    throw new DatasetException(
                            "record %d of %s has the label %d, above %d: it is damaged, or no %s file"
                                    .formatted(inFile, path, label, most, set.id()));
                }
                if (++inFile > MAX_RECORDS) {
                    throw new DatasetException("%s holds more than %d records".formatted(path, MAX_RECORDS));
                }
                var pixels = new Pixels(Cifar.SIDE, Cifar.SIDE, set.rgb(record));
                return new Listing.Entry(Long.toString(number++), OptionalInt.of(label), set.recordBytes(), pixels);
            }
            return null;
        }

        private byte[] read(Path path) throws IOException {
            try {
                if (in == null) {
                    in = openFile(path);
                }
                return in.readNBytes(set.recordBytes());
            } catch (IOException e) {
                String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                throw new DatasetException(
                        "%s cannot be read: it is damaged or truncated, or needs too much memory (%s)"
                                .formatted(path, why),
                        e);
            }
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
                in = null;
            }
        }
    }

    private static InputStream openFile(Path path) throws IOException {
        InputStream bytes = new BufferedInputStream(InputFile.open(path), 1 << 16);
        boolean plain = !path.toString().toLowerCase(Locale.ROOT).endsWith(".xz");
        return plain
                ? bytes
                : new BufferedInputStream(Inflating.of(bytes, in -> new XZInputStream(in, XZ_MEMORY_KIB)), 1 << 16);
    }
}
