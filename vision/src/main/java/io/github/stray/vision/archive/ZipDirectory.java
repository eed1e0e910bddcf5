// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import io.github.stray.vision.download.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The directory at the end of a zip archive: what entries there are, in its order. Keeps their names and 37 bytes an
 * entry. Refused are archives whose entries share bytes, that are encrypted or compressed otherwise than with deflate,
 * and those beyond {@link ArchiveLimits}.
 *
 * <p>Names are UTF-8 where their entry says so, or where all of the others are UTF-8; else they are in the code page 437
 * that the format falls back to, as Python's zipfile takes them. A name in Unicode beside the name (Info-ZIP's extra
 * field 7075) goes before it.
 *
 * <p>Immutable, and safe for concurrent use; opening it anew reads only what is asked for.
 */
public final class ZipDirectory {
    static final int LOCAL_SIZE = 30;

    private static final int CENTRAL_SIZE = 46;
    private static final int CENTRAL = 0x02014b50;
    private static final int BLOCK = 1 << 16;

    /** What is kept of a directory, and made of it, has several times its size. */
    private static final int SHARE_OF_MEMORY = 4;

    private static final int ENCRYPTED = 1;
    private static final int UTF8 = 1 << 11;
    private static final int ZIP64 = 1;
    private static final int UNICODE_PATH = 0x7075;
    private static final long IN_ZIP64 = 0xFFFF_FFFFL;
    private static final int DEFLATED = 1;
    private static final int SPECIAL = 2;
    private static final int UNIX = 3;
    private static final int MODE_KIND = 0xF000;
    private static final int MODE_FILE = 0x8000;
    private static final int MODE_FOLDER = 0x4000;

    private final Path file;
    private final long length;
    private final FileTime changed;
    private final ZipNames names = new ZipNames();
    private long[] starts = new long[64];
    private long[] compressed = new long[64];
    private long[] sizes = new long[64];
    private int[] sums = new int[64];
    private byte[] kinds = new byte[64];
    private int count;

    /** Starts of all entries, ascending, and the end of the last. */
    private long[] borders = new long[0];

    private ZipDirectory(Path file) throws IOException {
        this.file = file;
        this.changed = Files.getLastModifiedTime(file);
        try (FileChannel channel = FileChannel.open(file)) {
            this.length = channel.size();
            ZipEnd end = ZipEnd.of(file, channel);
            long memory = Runtime.getRuntime().maxMemory();
            if (end.size() > memory / SHARE_OF_MEMORY) {
                throw refused(
                        "its directory of %,d MiB is more than goes with the %,d MiB of memory that Java was given"
                                .formatted(end.size() >> 20, memory >> 20));
            }
            readEntries(channel, end);
            boolean all = end.exact() ? end.entries() == count : end.entries() == (count & 0xFFFF);
            if (!all) {
                throw damaged("its end speaks of %,d entries, and there are %,d".formatted(end.entries(), count));
            }
            requireApart(end);
        }
        requireModest();
    }

    /**
     * Reads the directory of an archive.
     *
     * @param file the archive
     * @return its directory
     * @throws IOException if it cannot be read, is damaged or refused
     */
    public static ZipDirectory of(Path file) throws IOException {
        try {
            return new ZipDirectory(file);
        } catch (ArchiveException | FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw ArchiveException.damaged(file, "zip", e);
        }
    }

    /** {@return how many entries there are} */
    public int size() {
        return count;
    }

    /**
     * {@return the path of an entry as the archive has it; it may lead anywhere}
     *
     * @param entry from 0
     */
    public String name(int entry) {
        return names.get(entry);
    }

    /**
     * {@return bytes of an entry, as the archive says}
     *
     * @param entry from 0
     */
    public long bytes(int entry) {
        return sizes[entry];
    }

    /**
     * {@return bytes that an entry has in the archive}
     *
     * @param entry from 0
     */
    public long compressed(int entry) {
        return compressed[entry];
    }

    /**
     * {@return whether an entry is a link, a device or what else is neither a file nor a folder}
     *
     * @param entry from 0
     */
    public boolean isSpecial(int entry) {
        return (kinds[entry] & SPECIAL) != 0;
    }

    /**
     * Opens the archive to read what entries hold.
     *
     * @return it, to be closed
     * @throws IOException if it cannot be opened, or was changed since its directory was read
     */
    public ZipContent open() throws IOException {
        FileChannel channel = FileChannel.open(file);
        try {
            if (channel.size() != length || !Files.getLastModifiedTime(file).equals(changed)) {
                throw ArchiveException.unread(file, "changed while it was read");
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new ZipContent(this, channel);
    }

    private void readEntries(FileChannel channel, ZipEnd end) throws IOException {
        long at = end.start();
        long stop = end.start() + end.size();
        ByteBuffer block = ZipEnd.read(channel, at, (int) Math.min(BLOCK, stop - at));
        while (at < stop) {
            if (block.remaining() < CENTRAL_SIZE || block.remaining() < entrySize(block)) {
                int wanted = (int) Math.min(stop - at, 4L * BLOCK);
                block = ZipEnd.read(channel, at, wanted);
                if (wanted < CENTRAL_SIZE || wanted < entrySize(block)) {
                    throw damaged("its directory ends inside an entry");
                }
            }
            int size = entrySize(block);
            add(block.slice(block.position(), size).order(block.order()), end);
            block.position(block.position() + size);
            at += size;
        }
    }

    private static int entrySize(ByteBuffer block) {
        int at = block.position();
        return CENTRAL_SIZE + unsigned(block, at + 28) + unsigned(block, at + 30) + unsigned(block, at + 32);
    }

    private static int unsigned(ByteBuffer bytes, int at) {
        return bytes.getShort(at) & 0xFFFF;
    }

    private void add(ByteBuffer entry, ZipEnd end) throws IOException {
        if (entry.getInt(0) != CENTRAL) {
            throw damaged("entry %,d of its directory does not begin as one".formatted(count));
        }
        int nameLength = unsigned(entry, 28);
        byte[] name = new byte[nameLength];
        entry.get(CENTRAL_SIZE, name);
        if (nameLength > ArchiveLimits.NAME_BYTES) {
            throw refused("the name of an entry is longer than %,d bytes".formatted(ArchiveLimits.NAME_BYTES));
        }
        if (count == ArchiveLimits.ENTRIES) {
            throw refused("it has more than %,d entries".formatted(ArchiveLimits.ENTRIES));
        }
        int flags = unsigned(entry, 8);
        int method = unsigned(entry, 10);
        requireReadable(flags, method);
        makeRoom();
        sums[count] = entry.getInt(16);
        compressed[count] = Integer.toUnsignedLong(entry.getInt(20));
        sizes[count] = Integer.toUnsignedLong(entry.getInt(24));
        starts[count] = Integer.toUnsignedLong(entry.getInt(42));
        int extra = CENTRAL_SIZE + nameLength;
        byte[] unicode = readExtra(entry.slice(extra, unsigned(entry, 30)).order(entry.order()), name);
        if (starts[count] < 0
                || compressed[count] < 0
                || sizes[count] < 0
                || starts[count] > end.start() - end.base()) {
            throw damaged("an entry of its directory has an impossible size or place");
        }
        starts[count] += end.base();
        if (method == 0 && compressed[count] != sizes[count]) {
            throw damaged("an entry that is stored as it is has two sizes");
        }
        kinds[count] = (byte) ((method == 0 ? 0 : DEFLATED) | (isSpecial(entry) ? SPECIAL : 0));
        try {
            names.add(unicode.length > 0 ? unicode : name, unicode.length > 0 || (flags & UTF8) != 0);
        } catch (CharacterCodingException e) {
            throw damaged("the name of entry %,d is said to be UTF-8 and is not".formatted(count));
        }
        count++;
    }

    private void requireReadable(int flags, int method) throws ArchiveException {
        if ((flags & ENCRYPTED) != 0) {
            throw ArchiveException.unread(file, "holds an encrypted entry; unpack it first");
        }
        if (method != 0 && method != 8) {
            throw ArchiveException.unread(
                    file,
                    "holds an entry compressed otherwise than with deflate (method %d); unpack it first"
                            .formatted(method));
        }
    }

    private static boolean isSpecial(ByteBuffer entry) {
        int mode = entry.getShort(40) & MODE_KIND;
        return entry.get(5) == UNIX && mode != 0 && mode != MODE_FILE && mode != MODE_FOLDER;
    }

    /** Sizes and place of a large entry are taken over; what is left of them is the name in UTF-8 if there is one. */
    private byte[] readExtra(ByteBuffer extra, byte[] name) {
        byte[] unicode = new byte[0];
        for (int at = 0; at + 4 <= extra.limit(); ) {
            int kind = unsigned(extra, at);
            int size = Math.min(unsigned(extra, at + 2), extra.limit() - at - 4);
            ByteBuffer field = extra.slice(at + 4, size).order(extra.order());
            if (kind == ZIP64) {
                readLarge(field);
            } else if (kind == UNICODE_PATH && size > 5 && field.get(0) == 1) {
                var sum = new CRC32();
                sum.update(name);
                if ((int) sum.getValue() == field.getInt(1)) {
                    unicode = new byte[size - 5];
                    field.get(5, unicode);
                }
            }
            at += 4 + size;
        }
        return unicode;
    }

    private void readLarge(ByteBuffer field) {
        for (long[] values : new long[][] {sizes, compressed, starts}) {
            if (values[count] == IN_ZIP64 && field.remaining() >= Long.BYTES) {
                values[count] = field.getLong();
            }
        }
    }

    private void makeRoom() {
        if (count == starts.length) {
            int larger = Math.min(ArchiveLimits.ENTRIES, count + (count >> 1));
            starts = Arrays.copyOf(starts, larger);
            compressed = Arrays.copyOf(compressed, larger);
            sizes = Arrays.copyOf(sizes, larger);
            sums = Arrays.copyOf(sums, larger);
            kinds = Arrays.copyOf(kinds, larger);
        }
    }

    /** Each entry must have bytes of its own; otherwise a small archive could hold any number of large images. */
    private void requireApart(ZipEnd end) throws ArchiveException {
        borders = Arrays.copyOf(starts, count + 1);
        borders[count] = end.start();
        Arrays.sort(borders);
        for (int i = 0; i < count; i++) {
            int at = Arrays.binarySearch(borders, starts[i]);
            boolean twice = borders[at + 1] == starts[i] || (at > 0 && borders[at - 1] == starts[i]);
            if (twice || compressed[i] > borders[at + 1] - starts[i] - LOCAL_SIZE) {
                throw refused("its entry '%s' shares bytes with another one, or with the directory"
                        .formatted(Text.printable(names.get(i))));
            }
        }
    }

    /** Bytes that belong to an entry alone, from the front of its header. */
    long room(int entry) {
        return borders[Arrays.binarySearch(borders, starts[entry]) + 1] - starts[entry];
    }

    private void requireModest() throws ArchiveException {
        long most = Math.max(ArchiveLimits.UNSUSPICIOUS, ArchiveLimits.RATIO * length);
        long whole = 0;
        for (int i = 0; i < count; i++) {
            whole += Math.min(sizes[i], Long.MAX_VALUE / ArchiveLimits.ENTRIES);
        }
        if (whole > most) {
            throw refused("it inflates to more than %d times its size and is taken for a bomb"
                    .formatted(ArchiveLimits.RATIO));
        }
    }

    boolean isDeflated(int entry) {
        return (kinds[entry] & DEFLATED) != 0;
    }

    long start(int entry) {
        return starts[entry];
    }

    int sum(int entry) {
        return sums[entry];
    }

    private ArchiveException damaged(String why) {
        return ArchiveException.damaged(file, "zip", why);
    }

    private ArchiveException refused(String why) {
        return ArchiveException.refused(file, why);
    }
}
