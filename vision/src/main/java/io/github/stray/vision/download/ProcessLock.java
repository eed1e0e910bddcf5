// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps other threads and processes away until it is closed, by the thread that took it. */
public final class ProcessLock implements AutoCloseable {
    private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock thread;
    private final FileChannel channel;

    private ProcessLock(ReentrantLock thread, FileChannel channel) {
        this.thread = thread;
        this.channel = channel;
    }

    /**
     * {@return a lock, held; it is waited for}
     *
     * @param file the file that stands for it, made if it is not there; its folder must exist
     * @param waiting called if another thread or process holds it, once at most
     * @throws IOException if the file cannot be made or locked
     */
    public static ProcessLock of(Path file, Runnable waiting) throws IOException {
        Path place = file.toAbsolutePath().normalize();
        ReentrantLock thread = THREADS.computeIfAbsent(place, path -> new ReentrantLock());
        boolean waited = !thread.tryLock();
        if (waited) {
            waiting.run();
            thread.lock();
        }
        try {
            // A file is locked for the process: for its threads there is the other lock.
            FileChannel channel = FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    if (!waited) {
                        waiting.run();
                    }
                    channel.lock();
                }
                return new ProcessLock(thread, channel);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            thread.unlock();
            throw e;
        }
    }

    /**
     * Gives it back.
     *
     * @throws IOException if the file cannot be closed
     */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            thread.unlock();
        }
    }
}
