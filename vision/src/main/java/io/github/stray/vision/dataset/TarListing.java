// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.SampleException;
import io.github.stray.provenance.InputFile;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A tar archive, plain or compressed with gzip, in the order of the archive: it is a stream and is read from front to
 * back each time, so an image can be read only until the next one is taken. Links and devices with an image's name are
 * samples that fail. The whole stream may grow by {@value BoundedRead#MAX_RATIO} at most, once it is beyond 1 GiB.
 */
record TarListing(Path file, ClassLayout layout) {
    private static final long UNSUSPICIOUS_STREAM = 1L << 30;

    static Listing of(Path file) throws IOException {
        var ignored = new Ignored();
        var builder = new ClassLayout.Builder(true);
        try (TarArchiveInputStream tar = openTar(file)) {
            for (@Nullable TarArchiveEntry entry = nextEntry(file, tar); entry != null; entry = nextEntry(file, tar)) {
                String path = ArchivePath.of(file.toString(), entry.getName());
                if (entry.isDirectory()) {
                    continue;
                }
                if (ArchivePath.isImage(path)) {
                    builder.add(path);
                } else {
                    ignored.add(path);
                }
            }
        }
        var images = new TarListing(file, builder.build());
        String name = ArchivePath.stem(String.valueOf(file.getFileName()), ".tar", ".tar.gz", ".tgz");
        return new Listing(
                name, file.toString(), images.layout.classNames(), ignored, () -> images.new Stream(openTar(file)));
    }

    private final class Stream implements Cursor {
        private final TarArchiveInputStream tar;
        private long position;

        Stream(TarArchiveInputStream tar) {
            this.tar = tar;
        }

        @Override
        public @Nullable Entry next() throws IOException {
            position++;
            for (@Nullable TarArchiveEntry entry = nextEntry(file, tar); entry != null; entry = nextEntry(file, tar)) {
                String path = ArchivePath.of(file.toString(), entry.getName());
                if (!entry.isDirectory() && ArchivePath.isImage(path)) {
                    String inside = layout.inside(path);
                    return new Entry(ImageNames.id(inside), layout.label(inside), entry.getSize(), content(entry));
                }
            }
            return null;
        }

        private ImageContent content(TarArchiveEntry entry) {
            if (entry.isSymbolicLink() || entry.isLink()) {
                return new FailedImage(
                        Kind.UNREADABLE,
                        "a link to '%s'; links in archives are not followed"
                                .formatted(ImageNames.id(entry.getLinkName())));
            }
            if (!entry.isFile() || entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice()) {
                return new FailedImage(Kind.UNREADABLE, "a device or another special entry, not a file");
            }
            if (entry.getSize() > BoundedRead.MAX_BYTES) {
                return new FailedImage(
                        Kind.TOO_LARGE, String.valueOf(BoundedRead.tooLarge().getMessage()));
            }
            return new TarredImage(this, position);
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
                return BoundedRead.all(stream.tar, -1);
            } catch (IOException e) {
                throw e instanceof SampleException known
                        ? known
                        : new SampleException(Kind.DAMAGED, "damaged tar entry: " + e.getMessage(), e);
            }
        }
    }

    private static @Nullable TarArchiveEntry nextEntry(Path file, TarArchiveInputStream tar) throws IOException {
        try {
            @Nullable TarArchiveEntry entry = tar.getNextEntry();
            if (entry != null && !entry.isCheckSumOK()) {
                throw new IOException("checksum of a header differs");
            }
            return entry;
        } catch (IOException | IllegalArgumentException e) {
            throw new DatasetException(
                    "%s is no tar archive, or damaged or truncated (%s)".formatted(file, e.getMessage()), e);
        }
    }

    private static TarArchiveInputStream openTar(Path file) throws IOException {
        var compressed = new Counting(InputFile.open(file));
        try {
            boolean plain = file.toString().toLowerCase(Locale.ROOT).endsWith(".tar");
            InputStream bytes = plain
                    ? new BufferedInputStream(compressed, 1 << 16)
                    : new Guarded(new GZIPInputStream(compressed, 1 << 16), compressed);
            return new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
        } catch (IOException e) {
            compressed.close();
            throw new DatasetException(
                    "%s is not compressed with gzip, or damaged (%s)".formatted(file, e.getMessage()), e);
        }
    }

    /** Counts what is read. */
    private static class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            byte[] sink = new byte[(int) Math.min(n, 1 << 16)];
            return Math.max(0, read(sink, 0, sink.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        long count() {
            return count;
        }
    }

    /** Ends a stream that grows out of proportion. */
    private static final class Guarded extends Counting {
        private final Counting compressed;

        Guarded(InputStream in, Counting compressed) {
            super(in);
            this.compressed = compressed;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (count() > UNSUSPICIOUS_STREAM && count() / BoundedRead.MAX_RATIO > compressed.count()) {
                throw new IOException("it inflates to more than %d times its size and is taken for a bomb"
                        .formatted(BoundedRead.MAX_RATIO));
            }
            return read;
        }
    }
}
