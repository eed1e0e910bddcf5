// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.OneLineId;
import io.github.stray.extract.SampleException;
import io.github.stray.vision.archive.ArchiveException;
import io.github.stray.vision.archive.ArchiveLimits;
import io.github.stray.vision.archive.TarEntry;
import io.github.stray.vision.archive.TarReader;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A tar archive, plain or compressed with gzip, in the order of the archive: it is a stream and is read from front to
 * back each time, so an image can be read only until the next one is taken. Links, devices and sparse files with an
 * image's name are samples that fail.
 */
record TarListing(Path file, ArchivePath paths, ClassLayout layout) {
    static Listing of(Path file) throws IOException {
        var scan = new Scan(file, ArchivePath.OF_BACKSLASHES);
        if (scan.slashes && scan.backslashes) {
            scan = new Scan(file, ArchivePath.OF_SLASHES);
        }
        var images = new TarListing(file, scan.paths, scan.classes.build());
        String name = ArchivePath.stem(String.valueOf(file.getFileName()), ".tar", ".tar.gz", ".tgz");
        return new Listing(
                name, file.toString(), images.layout.classNames(), scan.ignored, () -> images.new Stream(open(file)));
    }

    /** One reading of the names. */
    private static final class Scan {
        private final ArchivePath paths;
        private final Ignored ignored = new Ignored();
        private final ClassLayout.Builder classes = new ClassLayout.Builder(true);
        private boolean slashes;
        private boolean backslashes;

        Scan(Path file, ArchivePath paths) throws IOException {
            this.paths = paths;
            boolean images = false;
            try (TarReader tar = open(file)) {
                for (@Nullable TarEntry entry = next(tar); entry != null; entry = next(tar)) {
                    slashes |= entry.name().indexOf('/') >= 0;
                    backslashes |= entry.name().indexOf('\\') >= 0;
                    String path = paths.of(file, entry.name());
                    if (entry.kind() == TarEntry.Kind.FOLDER) {
                        continue;
                    }
                    if (ArchivePath.isImage(path)) {
                        images = true;
                        classes.add(path);
                        continue;
                    }
                    ignored.add(path);
                    if (!images && ignored.count() > ArchiveLimits.ENTRIES_WITHOUT_IMAGE) {
                        throw new DatasetException("%s is refused: none of its first %,d entries is an image"
                                .formatted(file, ignored.count()));
                    }
                }
            }
        }
    }

    private final class Stream implements Cursor {
        private final TarReader tar;
        private long position;

        Stream(TarReader tar) {
            this.tar = tar;
        }

        @Override
        public @Nullable Entry next() throws IOException {
            position++;
            for (@Nullable TarEntry entry = TarListing.next(tar); entry != null; entry = TarListing.next(tar)) {
                String path = paths.of(file, entry.name());
                if (entry.kind() != TarEntry.Kind.FOLDER && ArchivePath.isImage(path)) {
                    String inside = layout.inside(path);
                    return new Entry(OneLineId.of(inside), layout.label(inside), entry.size(), content(entry));
                }
            }
            return null;
        }

        private ImageContent content(TarEntry entry) {
            return switch (entry.kind()) {
                case LINK ->
                    new FailedImage(
                            Kind.UNREADABLE,
                            "a link to '%s'; links in archives are not followed".formatted(OneLineId.of(entry.link())));
                case SPARSE -> new FailedImage(Kind.UNREADABLE, "a sparse file; pack the archive again with its zeros");
                case FOLDER, SPECIAL ->
                    new FailedImage(Kind.UNREADABLE, "a device or another special entry, not a file");
                case FILE ->
                    entry.size() > ArchiveLimits.IMAGE_BYTES
                            ? new FailedImage(
                                    Kind.TOO_LARGE,
                                    String.valueOf(BoundedRead.tooLarge().getMessage()))
                            : new TarredImage(this, position);
            };
        }

        @Override
        public void close() throws IOException {
            position++;
            tar.close();
        }
    }

    /** Readable once, until the stream moves on. */
    private static final class TarredImage implements ImageContent.Encoded {
        private final Stream stream;
        private final long position;
        private boolean read;

        TarredImage(Stream stream, long position) {
            this.stream = stream;
            this.position = position;
        }

        @Override
        public byte[] read() throws IOException {
            if (read || stream.position != position) {
                throw new IOException("an image in a tar archive can be read once, before the next one is taken");
            }
            read = true;
            try {
                return BoundedRead.all(stream.tar.content(), -1);
            } catch (IOException e) {
                throw e instanceof SampleException known
                        ? known
                        : new SampleException(Kind.DAMAGED, "damaged tar entry: " + e.getMessage(), e);
            }
        }
    }

    private static @Nullable TarEntry next(TarReader tar) throws IOException {
        try {
            return tar.next();
        } catch (ArchiveException e) {
            throw new DatasetException(String.valueOf(e.getMessage()), e);
        }
    }

    private static TarReader open(Path file) throws IOException {
        boolean plain = file.toString().toLowerCase(Locale.ROOT).endsWith(".tar");
        try {
            return TarReader.open(file, !plain);
        } catch (ArchiveException e) {
            throw new DatasetException(String.valueOf(e.getMessage()), e);
        }
    }
}
