// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets so many callers work at a time, in the order they came; closing waits for all who are inside. Safe for concurrent
 * use.
 *
 * <p>A platform thread works by itself. A virtual thread hands its work to one of as many platform threads as there are
 * turns, and waits without holding a carrier: native code that runs on a virtual thread cannot be suspended, and as many
 * calls of it as there are carriers would stop every other virtual thread of the program.
 */
final class Turns implements AutoCloseable {
    /** What is done in a turn. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    private final Semaphore free;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final ExecutorService forVirtual;
    private boolean closed;

    Turns(int atATime) {
        this.free = new Semaphore(atATime, true);
        this.forVirtual = Executors.newFixedThreadPool(
                atATime, Thread.ofPlatform().daemon().name("stray-guard-", 0).factory());
    }

    /**
     * Works when it is this caller's turn.
     *
     * @throws IllegalStateException if it is closed
     * @throws InterruptedIOException if the thread is interrupted while it waits for its turn
     */
    <T> T take(Work<T> work) throws IOException {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the guard was closed");
            }
            free.acquire();
            try {
                return Thread.currentThread().isVirtual() ? handOver(work) : work.run();
            } finally {
                free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for a turn").initCause(e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Work that has begun is waited for, also by a thread that is interrupted: its memory is in use. */
    private <T> T handOver(Work<T> work) throws IOException {
        Future<T> future = forVirtual.submit(work::run);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case IOException cause -> throw cause;
                        case RuntimeException cause -> throw cause;
                        case Error cause -> throw cause;
                        case null, default -> throw new IllegalStateException(e);
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for all who are inside, and refuses all who come later. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
        forVirtual.close();
    }
}
