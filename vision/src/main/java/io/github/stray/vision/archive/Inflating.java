// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a decompressor makes of a stream. It ends with an error where it grows by more than {@value ArchiveLimits#RATIO}
 * times, once it is beyond 1 GiB.
 */
public final class Inflating extends FilterInputStream {
    private final Counted compressed;
    private long inflated;

    private Inflating(InputStream in, Counted compressed) {
        super(in);
        this.compressed = compressed;
    }

    /** Makes the decompressor of a stream. */
    public interface Decompressor {
        /**
         * {@return what the bytes are decompressed to}
         *
         * @param compressed the bytes
         * @throws IOException if they do not begin as they should
         */
        InputStream of(InputStream compressed) throws IOException;
    }

    /**
     * Opens a stream that was compressed.
     *
     * @param compressed the bytes; they are closed with the result, and also where this fails
     * @param decompressor what reads them
     * @return what they are decompressed to
     * @throws IOException if they do not begin as the decompressor wants it
     */
    public static InputStream of(InputStream compressed, Decompressor decompressor) throws IOException {
        var counted = new Counted(compressed);
        try {
            return new Inflating(decompressor.of(counted), counted);
        } catch (IOException | RuntimeException e) {
            compressed.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        inflated += Math.max(0, read);
        if (inflated > ArchiveLimits.UNSUSPICIOUS && inflated / ArchiveLimits.RATIO > compressed.count) {
            throw new IOException("it inflates to more than %d times its size and is taken for a bomb"
                    .formatted(ArchiveLimits.RATIO));
        }
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

    /** Counts what is read. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = super.skip(n);
            count += skipped;
            return skipped;
        }
    }
}
