// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.provenance.InputFile;
import io.github.stray.tensor.Backing;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file. Up to 256 MiB are copied when it is opened, so that nothing that happens to the file afterwards
 * reaches those who use them; on request one of up to 2 GiB is copied to the heap. A larger file is mapped, which leaves
 * its memory to the operating system: whoever then writes to it changes what is read. {@link #unchanged()} tells, and
 * tensors ask it after each reading. Whatever is read before that, headers and checksums above all, is read by position,
 * where a shortened file is an ordinary exception.
 *
 * <p>Segments live as long as something refers to them, also after {@link #close()}. Not safe for concurrent use.
 */
final class FileContent implements Closeable {
    /** Largest file that is copied. A heap of which this is more than a quarter has a lower limit. */
    private static final long MOST_COPIED = 256L << 20;

    /** A small file goes to the heap, which is cheaper. */
    private static final int SMALL = 1 << 16;

    private static final int BLOCK = 1 << 22;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final @Nullable FileStamp opened;
    private final @Nullable MemorySegment copy;

    private FileContent(
            Path path, FileChannel channel, long size, @Nullable FileStamp opened, @Nullable MemorySegment space)
            throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.opened = opened;
        this.copy = space;
        for (long at = 0; copy != null && at < size; at += BLOCK) {
            fill(copy.asSlice(at, Math.min(BLOCK, size - at)).asByteBuffer(), at);
        }
    }

    static FileContent open(Path path) throws IOException {
        return open(path, Math.min(MOST_COPIED, Runtime.getRuntime().maxMemory() / 4));
    }

    /** The same with another size above which a file is mapped. */
    static FileContent open(Path path, long mostCopied) throws IOException {
        FileChannel channel = channel(path);
        try {
            long size = size(path, channel);
            @Nullable MemorySegment space = size <= mostCopied ? space(size) : null;
            return new FileContent(path, channel, size, space == null ? FileStamp.settled(path) : null, space);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /** A file of up to 2 GiB, on the heap. */
    static FileContent onHeap(Path path) throws IOException {
        FileChannel channel = channel(path);
        try {
            long size = size(path, channel);
            try {
                byte[] heap = new byte[Math.toIntExact(size)];
                return new FileContent(path, channel, size, null, MemorySegment.ofArray(heap));
            } catch (ArithmeticException | OutOfMemoryError e) {
                throw new IOException(
                        "%s: its %d MiB do not fit the heap of %d MiB; raise -Xmx, or have it mapped"
                                .formatted(
                                        path, size >> 20, Runtime.getRuntime().maxMemory() >> 20),
                        e);
            }
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel channel(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new UnsupportedFileException(path, "is a folder, expected a file");
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private static long size(Path path, FileChannel channel) throws IOException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw InputFile.unreadable(path, e);
        }
    }

    private static @Nullable MemorySegment space(long size) {
        if (size <= SMALL) {
            return MemorySegment.ofArray(new byte[(int) size]);
        }
        try {
            return Arena.ofAuto().allocate(size, Long.BYTES);
        } catch (OutOfMemoryError full) {
            // Memory beside the heap has its limit; a mapping does not count.
            return null;
        }
    }

    private void fill(ByteBuffer buffer, long from) throws IOException {
        long at = from;
        while (buffer.hasRemaining()) {
            int read;
            try {
                read = channel.read(buffer, at);
            } catch (IOException e) {
                throw InputFile.unreadable(path, e);
            }
            if (read < 0) {
                throw new TruncatedFileException(
                        path, "it had %d bytes when it was opened and ends at byte %d now".formatted(size, at));
            }
            at += read;
        }
    }

    /** How many bytes there were when the file was opened. */
    long byteSize() {
        return size;
    }

    /** A copy of some bytes. */
    byte[] bytes(long at, int count) throws IOException {
        byte[] bytes = new byte[count];
        if (copy == null) {
            fill(ByteBuffer.wrap(bytes), at);
        } else {
            MemorySegment.ofArray(bytes).copyFrom(copy.asSlice(at, count));
        }
        return bytes;
    }

    /** Lets a checksum see everything from a place to the end. */
    void update(CRC32C checksum, long from) throws IOException {
        ByteBuffer block = copy == null ? ByteBuffer.allocateDirect(BLOCK) : ByteBuffer.allocate(0);
        for (long at = from; at < size; at += BLOCK) {
            int count = (int) Math.min(BLOCK, size - at);
            if (copy != null) {
                checksum.update(copy.asSlice(at, count).asByteBuffer());
            } else {
                fill(block.clear().limit(count), at);
                checksum.update(block.flip());
            }
        }
    }

    /** Everything from a place to the end. */
    MemorySegment from(long at) throws IOException {
        if (copy != null) {
            return copy.asSlice(at);
        }
        long now = size(path, channel);
        if (now < size) {
            throw new TruncatedFileException(
                    path, "it had %d bytes when it was opened and has %d now".formatted(size, now));
        }
        // Mapped from its start, so that numbers lie at the boundaries that the file gives them.
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto())
                .asSlice(at);
    }

    /** Fails where the file that is mapped was written to; null where it is copied. May be asked after closing. */
    @Nullable
    Backing unchanged() {
        FileStamp known = opened;
        Path file = path;
        return known == null ? null : fault -> requireUnchanged(file, known, fault);
    }

    private static void requireUnchanged(Path path, FileStamp opened, @Nullable InternalError fault) {
        try {
            FileStamp now = FileStamp.of(path);
            if (fault != null || !(now.equals(opened) || now.isOfAnotherFile(opened))) {
                throw new UncheckedIOException(new ChangedFileException(path, fault));
            }
        } catch (NoSuchFileException e) {
            // Deleted or moved away: what is mapped stays.
            if (fault != null) {
                throw new UncheckedIOException(new ChangedFileException(path, fault));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(InputFile.unreadable(path, e));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
