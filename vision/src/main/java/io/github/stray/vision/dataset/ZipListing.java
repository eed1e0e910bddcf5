// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.SampleException;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A zip archive, in the order of the folder it unpacks to. Holds the entries' names. Sizes and CRC are checked on what
 * is inflated. Two entries of one name refuse the archive.
 */
final class ZipListing {
    private ZipListing() {}

    static Listing of(Path file) throws IOException {
        Charset charset = charset(file);
        var ignored = new Ignored();
        var builder = new ClassLayout.Builder(true);
        record Named(String path, String entry) {}
        var found = new ArrayList<Named>();
        try (ZipFile zip = openZip(file, charset)) {
            Enumeration<? extends ZipEntry> all = zip.entries();
            while (all.hasMoreElements()) {
                ZipEntry entry = all.nextElement();
                String path = ArchivePath.of(file.toString(), entry.getName());
                if (entry.isDirectory() || entry.getName().endsWith("\\")) {
                    continue;
                }
                if (ArchivePath.isImage(path)) {
                    builder.add(path);
                    found.add(new Named(path, entry.getName()));
                } else {
                    ignored.add(path);
                }
            }
        }
        found.sort(Comparator.comparing(Named::path, ImageNames::comparePaths));
        List<String> entries = found.stream().map(Named::entry).toList();
        ClassLayout layout = builder.build();
        String name = ArchivePath.stem(String.valueOf(file.getFileName()), ".zip");
        return new Listing(name, file.toString(), layout.classNames(), ignored, () -> {
            ZipFile zip = openZip(file, charset);
            return Cursor.of(entries.iterator(), entry -> entry(file, zip, entry, layout))
                    .closing(zip);
        });
    }

    private static Entry entry(Path file, ZipFile zip, String name, ClassLayout layout) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new DatasetException("%s changed while it was read: %s is gone".formatted(file, name));
        }
        String inside = layout.inside(ArchivePath.of(file.toString(), name));
        return new Entry(ImageNames.id(inside), layout.label(inside), entry.getSize(), new ZippedImage(zip, entry));
    }

    /** Readable, from any thread, until the cursor is closed. */
    private record ZippedImage(ZipFile zip, ZipEntry entry) implements ImageContent.Encoded {
        @Override
        public byte[] read() throws IOException {
            byte[] bytes;
            try (InputStream in = zip.getInputStream(entry)) {
                if (in == null) {
                    throw new IOException("the archive does not hold it any more");
                }
                bytes = BoundedRead.all(in, entry.getCompressedSize());
            } catch (ZipException | EOFException e) {
                throw new SampleException(Kind.DAMAGED, "damaged zip entry: " + e.getMessage(), e);
            } catch (IllegalStateException e) {
                throw new IOException("the archive was closed before the image was read", e);
            }
            var crc = new CRC32();
            crc.update(bytes);
            if (crc.getValue() != entry.getCrc() || bytes.length != entry.getSize()) {
                throw new SampleException(Kind.DAMAGED, "damaged zip entry: its checksum or size differs");
            }
            return bytes;
        }
    }

    /** UTF-8, or where a name is not UTF-8 the code page of DOS that the format falls back to. */
    private static Charset charset(Path file) throws IOException {
        try {
            new ZipFile(file.toFile(), StandardCharsets.UTF_8).close();
            return StandardCharsets.UTF_8;
        } catch (ZipException e) {
            boolean name = String.valueOf(e.getMessage()).contains("bad entry name");
            return name && Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.UTF_8;
        }
    }

    private static ZipFile openZip(Path file, Charset charset) throws IOException {
        try {
            return new ZipFile(file.toFile(), charset);
        } catch (ZipException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("encrypted")) {
                throw new DatasetException("%s holds an encrypted entry; unpack it first".formatted(file), e);
            }
            if (message.contains("compression method")) {
                throw new DatasetException(
                        "%s holds an entry compressed otherwise than with deflate; unpack it first (%s)"
                                .formatted(file, message),
                        e);
            }
            throw new DatasetException(
                    "%s is no zip archive, or damaged or truncated (%s)".formatted(file, message), e);
        }
    }
}
