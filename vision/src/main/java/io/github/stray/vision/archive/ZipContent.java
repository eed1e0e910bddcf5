// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/** An open zip archive. Entries may be read from several threads, each stream from one at a time, until it is closed. */
public final class ZipContent implements Closeable {
    private static final int LOCAL = 0x04034b50;
    private static final int CHUNK = 1 << 14;

    private final ZipDirectory directory;
    private final FileChannel channel;

    ZipContent(ZipDirectory directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Opens an entry. The stream ends with an error where it holds more or less than the archive's directory says, or its
     * checksum differs.
     *
     * @param entry from 0
     * @return its content, inflated; to be closed
     * @throws IOException if its header is damaged or the archive was closed
     */
    public InputStream stream(int entry) throws IOException {
        ByteBuffer header = read(directory.start(entry), ZipDirectory.LOCAL_SIZE);
        if (header.getInt(0) != LOCAL) {
            throw damaged("its header is not where the directory has it");
        }
        int size = ZipDirectory.LOCAL_SIZE + (header.getShort(26) & 0xFFFF) + (header.getShort(28) & 0xFFFF);
        if (size + directory.compressed(entry) > directory.room(entry)) {
            throw damaged("it shares bytes with another one");
        }
        return new Content(entry, directory.start(entry) + size);
    }

    private ByteBuffer read(long from, int length) throws IOException {
        try {
            return ZipEnd.read(channel, from, length);
        } catch (ClosedChannelException e) {
            throw new IOException("the archive was closed before the image was read", e);
        }
    }

    private static ZipException damaged(String why) {
        return new ZipException("damaged zip entry: " + why);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private final class Content extends InputStream {
        private final int entry;
        private final CRC32 sum = new CRC32();
        private final Inflater inflater = new Inflater(true);
        private long at;
        private long compressed;
        private long left;
        private ByteBuffer chunk = ByteBuffer.allocate(0);

        Content(int entry, long start) {
            this.entry = entry;
            this.at = start;
            this.compressed = directory.compressed(entry);
            this.left = directory.bytes(entry);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = directory.isDeflated(entry) ? inflate(into, offset, length) : stored(into, offset, length);
            if (read < 0) {
                if (left != 0 || (int) sum.getValue() != directory.sum(entry)) {
                    throw damaged("its checksum or size differs");
                }
                return -1;
            }
            left -= read;
            if (left < 0) {
                throw damaged("it holds more than its size says");
            }
            sum.update(into, offset, read);
            return read;
        }

        private int stored(byte[] into, int offset, int length) throws IOException {
            if (!fill()) {
                return -1;
            }
            int read = Math.min(length, chunk.remaining());
            chunk.get(into, offset, read);
            return read;
        }

        private int inflate(byte[] into, int offset, int length) throws IOException {
            try {
                while (true) {
                    int read = inflater.inflate(into, offset, length);
                    if (read > 0) {
                        return read;
                    }
                    if (inflater.finished()) {
                        return -1;
                    }
                    if (inflater.needsDictionary() || !fill()) {
                        throw damaged("its compressed data end early");
                    }
                    inflater.setInput(chunk);
                }
            } catch (DataFormatException e) {
                ZipException damaged = damaged(String.valueOf(e.getMessage()));
                damaged.initCause(e);
                throw damaged;
            }
        }

        /** Whether there are further bytes of the entry. */
        private boolean fill() throws IOException {
            if (!chunk.hasRemaining() && compressed > 0) {
                int next = (int) Math.min(CHUNK, compressed);
                chunk = ZipContent.this.read(at, next);
                at += next;
                compressed -= next;
            }
            return chunk.hasRemaining();
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
