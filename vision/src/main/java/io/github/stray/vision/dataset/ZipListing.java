// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.OneLineId;
import io.github.stray.extract.SampleException;
import io.github.stray.vision.archive.ArchiveException;
import io.github.stray.vision.archive.ArchiveLimits;
import io.github.stray.vision.archive.ZipContent;
import io.github.stray.vision.archive.ZipDirectory;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.zip.ZipException;

/**
 * A zip archive, in the order of the folder it unpacks to. Holds the archive's directory. Two images of one name refuse
 * the archive; links and devices with an image's name are samples that fail.
 */
record ZipListing(Path file, ZipDirectory directory, ArchivePath paths, ClassLayout layout) {
    static Listing of(Path file) throws IOException {
        ZipDirectory directory = directory(file);
        boolean slashes = IntStream.range(0, directory.size())
                .anyMatch(entry -> directory.name(entry).indexOf('/') >= 0);
        ArchivePath paths = slashes ? ArchivePath.OF_SLASHES : ArchivePath.OF_BACKSLASHES;
        var ignored = new Ignored();
        var builder = new ClassLayout.Builder(true);
        record Named(String path, int entry) {}
        var found = new ArrayList<Named>();
        for (int entry = 0; entry < directory.size(); entry++) {
            String name = directory.name(entry);
            String path = paths.of(file, name);
            if (paths.isFolder(name)) {
                continue;
            }
            if (ArchivePath.isImage(path)) {
                builder.add(path);
                found.add(new Named(path, entry));
            } else {
                ignored.add(path);
            }
        }
        found.sort(Comparator.comparing(Named::path, ImageNames::comparePaths));
        int[] entries = found.stream().mapToInt(Named::entry).toArray();
        var images = new ZipListing(file, directory, paths, builder.build());
        String name = ArchivePath.stem(String.valueOf(file.getFileName()), ".zip");
        return new Listing(name, file.toString(), images.layout.classNames(), ignored, () -> images.open(entries));
    }

    private Cursor open(int[] entries) throws IOException {
        ZipContent zip = content();
        return Cursor.of(IntStream.of(entries).iterator(), entry -> entry(zip, entry))
                .closing(zip);
    }

    private Entry entry(ZipContent zip, int entry) throws IOException {
        String inside = layout.inside(paths.of(file, directory.name(entry)));
        ImageContent content = directory.isSpecial(entry)
                ? new FailedImage(Kind.UNREADABLE, "a link or a device; links in archives are not followed")
                : new ZippedImage(zip, directory, entry);
        return new Entry(OneLineId.of(inside), layout.label(inside), directory.bytes(entry), content);
    }

    /** Readable, from any thread, until the cursor is closed. */
    private record ZippedImage(ZipContent zip, ZipDirectory directory, int entry) implements ImageContent.Encoded {
        @Override
        public byte[] read() throws IOException {
            if (directory.bytes(entry) > ArchiveLimits.IMAGE_BYTES) {
                throw BoundedRead.tooLarge();
            }
            try (InputStream in = zip.stream(entry)) {
                return BoundedRead.all(in, directory.compressed(entry));
            } catch (ZipException e) {
                throw new SampleException(Kind.DAMAGED, String.valueOf(e.getMessage()), e);
            }
        }
    }

    private static ZipDirectory directory(Path file) throws IOException {
        try {
            return ZipDirectory.of(file);
        } catch (ArchiveException e) {
            throw new DatasetException(String.valueOf(e.getMessage()), e);
        }
    }

    private ZipContent content() throws IOException {
        try {
            return directory.open();
        } catch (ArchiveException e) {
            throw new DatasetException(String.valueOf(e.getMessage()), e);
        }
    }
}
