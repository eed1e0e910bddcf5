// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A stream that fails when nothing comes for a while: the HTTP client has a time limit for the head of a response only.
 */
final class StallGuard extends FilterInputStream {
    private final Duration limit;
    private final Thread watch;
    private volatile long heard = System.nanoTime();
    private volatile boolean stalled;

    StallGuard(InputStream in, Duration limit) {
        super(in);
        this.limit = limit;
        this.watch = Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                long left = limit.toNanos() - (System.nanoTime() - heard);
                if (left <= 0) {
                    stalled = true;
                    in.close();
                    return;
                }
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException | IOException closed) {
            // Nobody waits any more: the stream was closed, or cannot be closed again.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] block, int offset, int length) throws IOException {
        heard = System.nanoTime();
        int n;
        try {
            n = super.read(block, offset, length);
        } catch (IOException e) {
            throw stalled ? new IOException(nothing(), e) : e;
        }
        if (stalled) {
            throw new IOException(nothing());
        }
        heard = System.nanoTime();
        return n;
    }

    private String nothing() {
        return "nothing came for %d s".formatted(Math.max(1, limit.toSeconds()));
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }
}
