// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import io.github.stray.provenance.InputFile;
import io.github.stray.vision.archive.TarEntry.Kind;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A tar archive from front to back, plain or compressed with gzip: POSIX's forms (ustar, pax), GNU's long names, and the
 * form that was there before. Nothing is kept of what was read. Headers are checked by their sums; beyond
 * {@link ArchiveLimits} the archive is refused. Links, devices, folders and sparse files are told apart and have no
 * content.
 *
 * <p>Not safe for concurrent use.
 */
public final class TarReader implements Closeable {
    private final Path file;
    private final boolean compressed;
    private final InputStream in;

    /** Where the next byte stands in the archive, unpacked. */
    private long position;

    private long entries;

    /** Bytes of the entry that are still to come, and of what fills its last block. */
    private long left;

    private long padding;

    private TarReader(Path file, boolean compressed, InputStream in) {
        this.file = file;
        this.compressed = compressed;
        this.in = in;
    }

    /**
     * Opens an archive at its front.
     *
     * @param file the archive
     * @param compressed whether it is compressed with gzip
     * @return it, to be closed
     * @throws IOException if it cannot be opened, or is not compressed
     */
    public static TarReader open(Path file, boolean compressed) throws IOException {
        InputStream bytes = InputFile.open(file);
        if (!compressed) {
            return new TarReader(file, false, new BufferedInputStream(bytes, 1 << 16));
        }
        try {
            return new TarReader(file, true, Inflating.of(bytes, in -> new GZIPInputStream(in, 1 << 16)));
        } catch (IOException e) {
            throw ArchiveException.damaged(file, "gzip", e);
        }
    }

    /**
     * {@return the next entry, null after the last; what is left of the entry before is passed over}
     *
     * @throws IOException if the archive is damaged or refused
     */
    public @Nullable TarEntry next() throws IOException {
        try {
            pass(left + padding);
            left = 0;
            padding = 0;
            return entry();
        } catch (ArchiveException e) {
            throw e;
        } catch (IOException e) {
            throw ArchiveException.damaged(file, "tar", e);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    /** {@return the content of the entry that was taken last, to be read before the next one is; it need not be closed} */
    public InputStream content() {
        return new Content();
    }

    private @Nullable TarEntry entry() throws IOException {
        PaxRecords pax = PaxRecords.NONE;
        String longName = "";
        String longLink = "";
        for (int extensions = 0; ; extensions++) {
            if (extensions > ArchiveLimits.EXTENDED_HEADERS) {
                throw ArchiveException.refused(
                        file, "an entry has more than %d extended headers".formatted(ArchiveLimits.EXTENDED_HEADERS));
            }
            @Nullable TarHeader header = header();
            if (header == null) {
                return null;
            }
            long size = header.size();
            if (size < 0) {
                throw damaged("the size of an entry is no number");
            }
            switch (header.type()) {
                case 'x', 'X' -> pax = PaxRecords.of(extended(size, ArchiveLimits.EXTENDED_BYTES));
                case 'L' -> longName = name(extended(size, ArchiveLimits.NAME_BYTES + 1));
                case 'K' -> longLink = name(extended(size, ArchiveLimits.NAME_BYTES + 1));
                case 'g' -> pass(padded(size));
                default -> {
                    String name = first(pax.path(), longName, header.name());
                    String link = first(pax.link(), longLink, header.link());
                    return entry(header, name, link, pax);
                }
            }
        }
    }

    private TarEntry entry(TarHeader header, String name, String link, PaxRecords pax) throws IOException {
        if (++entries > ArchiveLimits.ENTRIES) {
            throw ArchiveException.refused(file, "it has more than %,d entries".formatted(ArchiveLimits.ENTRIES));
        }
        if (name.length() > ArchiveLimits.NAME_BYTES || link.length() > ArchiveLimits.NAME_BYTES) {
            throw tooLongName();
        }
        Kind kind = kind(header.type(), name, pax);
        long size = pax.size() >= 0 ? pax.size() : header.size();
        if (kind == Kind.SPARSE && header.type() == 'S') {
            passHoles(header);
        }
        // Of links, folders and devices the size tells nothing: no content follows, as Python's tarfile has it too.
        boolean follows = "123456".indexOf(header.type()) < 0 && kind != Kind.FOLDER;
        left = follows ? size : 0;
        padding = padded(left) - left;
        return new TarEntry(name, kind, size, kind == Kind.LINK ? link : "");
    }

    private static Kind kind(char type, String name, PaxRecords pax) {
        return switch (type) {
            case '1', '2' -> Kind.LINK;
            case '5' -> Kind.FOLDER;
            case '3', '4', '6', 'D', 'M', 'N', 'V' -> Kind.SPECIAL;
            case 'S' -> Kind.SPARSE;
            default -> pax.sparse() ? Kind.SPARSE : name.endsWith("/") ? Kind.FOLDER : Kind.FILE;
        };
    }

    /** The next header, null at the end of the archive. */
    private @Nullable TarHeader header() throws IOException {
        byte[] block = in.readNBytes(TarHeader.BLOCK);
        if (block.length == 0 && position > 0) {
            return null;
        }
        if (block.length < TarHeader.BLOCK) {
            throw damaged("it ends inside a header");
        }
        var header = new TarHeader(block);
        if (header.isEnd()) {
            if (compressed) {
                // The end of a compressed file holds its checksum.
                in.transferTo(OutputStream.nullOutputStream());
            }
            return null;
        }
        if (!header.isWhole()) {
            throw damaged("the checksum of a header differs");
        }
        position += TarHeader.BLOCK;
        return header;
    }

    private byte[] extended(long size, int most) throws IOException {
        if (size > most) {
            throw most == ArchiveLimits.EXTENDED_BYTES
                    ? ArchiveException.refused(
                            file, "an extended header has %,d bytes; at most %,d are read".formatted(size, most))
                    : tooLongName();
        }
        byte[] bytes = in.readNBytes((int) size);
        position += bytes.length;
        if (bytes.length < size) {
            throw damaged("it ends inside an extended header");
        }
        pass(padded(size) - size);
        return bytes;
    }

    private void passHoles(TarHeader header) throws IOException {
        boolean more = header.hasMoreHoles();
        while (more) {
            byte[] block = in.readNBytes(TarHeader.BLOCK);
            position += block.length;
            if (block.length < TarHeader.BLOCK) {
                throw damaged("it ends inside the holes of a sparse file");
            }
            more = block[504] != 0;
        }
    }

    private void pass(long bytes) throws IOException {
        for (long ahead = bytes; ahead > 0; ) {
            long skipped = in.skip(ahead);
            if (skipped <= 0) {
                if (in.read() < 0) {
                    throw damaged("it ends inside an entry");
                }
                skipped = 1;
            }
            ahead -= skipped;
            position += skipped;
        }
    }

    private long padded(long size) throws ArchiveException {
        if (size > Long.MAX_VALUE - position - TarHeader.BLOCK) {
            throw damaged("an entry has an impossible size");
        }
        return size + (-size & (TarHeader.BLOCK - 1));
    }

    private static String name(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return TarHeader.decode(Arrays.copyOf(text, end));
    }

    private static String first(String... texts) {
        for (String text : texts) {
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private ArchiveException tooLongName() {
        return ArchiveException.refused(
                file, "the name of an entry is longer than %,d bytes".formatted(ArchiveLimits.NAME_BYTES));
    }

    private ArchiveException damaged(String why) {
        return ArchiveException.damaged(file, "tar", "%s (at byte %,d)".formatted(why, position));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private final class Content extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(into, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw damaged("it ends inside an entry");
            }
            left -= read;
            position += read;
            return read;
        }
    }
}
