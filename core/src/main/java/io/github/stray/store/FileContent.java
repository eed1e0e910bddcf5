// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.provenance.InputFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file. Up to 256 MiB are copied when it is opened, so that nothing that happens to the file afterwards
 * reaches those who use them. A larger file is mapped, which leaves its memory to the operating system: whoever then
 * shortens it in place makes later access fail with an {@link InternalError}. Whatever is read before that, headers and
 * checksums above all, is read by position, where a shortened file is an ordinary exception.
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
    private final @Nullable MemorySegment copy;

    private FileContent(Path path, FileChannel channel, long mostCopied) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = size();
        this.copy = size <= mostCopied ? copied() : null;
    }

    static FileContent open(Path path) throws IOException {
        return open(path, Math.min(MOST_COPIED, Runtime.getRuntime().maxMemory() / 4));
    }

    /** The same with another size above which a file is mapped. */
    static FileContent open(Path path, long mostCopied) throws IOException {
        if (Files.isDirectory(path)) {
            throw new UnsupportedFileException(path, "is a folder, expected a file");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new FileContent(path, channel, mostCopied);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private long size() throws IOException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw InputFile.unreadable(path, e);
        }
    }

    private @Nullable MemorySegment copied() throws IOException {
        @Nullable MemorySegment space = space();
        if (space != null) {
            for (long at = 0; at < size; at += BLOCK) {
                fill(space.asSlice(at, Math.min(BLOCK, size - at)).asByteBuffer(), at);
            }
        }
        return space;
    }

    private @Nullable MemorySegment space() {
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
        if (size() < size) {
            throw new TruncatedFileException(
                    path, "it had %d bytes when it was opened and has %d now".formatted(size, size()));
        }
        // Mapped from its start, so that numbers lie at the boundaries that the file gives them.
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto())
                .asSlice(at);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
