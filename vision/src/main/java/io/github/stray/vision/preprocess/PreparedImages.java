// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Resized images of a dataset, in its order. One thread of its own reads; the caller's pool decodes and resizes; the
 * caller takes. At most {@code 3 * parallelism} encoded images are held at a time, whatever the dataset's size. Taking
 * and closing are for one thread; closing stops the reader and waits for it.
 */
public final class PreparedImages implements AutoCloseable {
    /** A sample that came out. */
    public sealed interface Prepared {
        /**
         * A readable one.
         *
         * @param id sample id
         * @param label class index, where known
         * @param resized of the network's input size
         */
        record Image(String id, OptionalInt label, ResizedImage resized) implements Prepared {}

        /**
         * One that could not be read, decoded or brought to size.
         *
         * @param sample id and reason
         */
        record Failed(FailedSample sample) implements Prepared {}
    }

    /** What the reader hands over. */
    private sealed interface Read {
        record Ready(Callable<Prepared> preparation) implements Read {}

        record Broken(Throwable cause) implements Read {}

        record End() implements Read {}
    }

    private final Preparation preparation;
    private final ExecutorService pool;
    private final int window;
    private final BlockingQueue<Read> queue;
    private final Deque<Future<Prepared>> pending = new ArrayDeque<>();
    private final Thread reader;
    private boolean ended;

    /**
     * Starts reading.
     *
     * @param source the images
     * @param preprocessing resize and crop
     * @param pool decodes and resizes; stays open
     * @param parallelism number of threads of the pool, at least 1
     */
    public PreparedImages(DatasetSource source, Preprocessing preprocessing, ExecutorService pool, int parallelism) {
        this.preparation = new Preparation(preprocessing, ImageDecoder.MAX_PIXELS);
        this.pool = pool;
        this.window = 2 * parallelism;
        this.queue = new ArrayBlockingQueue<>(parallelism);
        this.reader = Thread.ofPlatform()
                .daemon()
                .name("stray-reader-" + source.name())
                .start(() -> read(source));
    }

    /**
     * The next sample.
     *
     * @return the sample, or empty after the last
     * @throws IOException if the dataset cannot be read on, or the thread was interrupted
     */
    public Optional<Prepared> next() throws IOException {
        try {
            while (!ended && pending.size() < window) {
                switch (queue.take()) {
                    case Read.Ready(Callable<Prepared> preparation) -> pending.add(pool.submit(preparation));
                    case Read.End() -> ended = true;
                    case Read.Broken(Throwable cause) -> throw rethrow(cause);
                }
            }
            Future<Prepared> head = pending.poll();
            return head == null ? Optional.empty() : Optional.of(head.get());
        } catch (ExecutionException e) {
            throw rethrow(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading images");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private void read(DatasetSource source) {
        try {
            try (SampleIterator samples = source.open()) {
                while (samples.hasNext()) {
                    queue.put(new Read.Ready(preparation.read(samples.next())));
                }
            } catch (IOException | RuntimeException | Error e) {
                queue.put(new Read.Broken(e));
            }
            queue.put(new Read.End());
        } catch (InterruptedException e) {
            // Only close() interrupts this thread, and then nobody takes from the queue any more.
            Thread.currentThread().interrupt();
        }
    }

    private static IOException rethrow(Throwable cause) {
        return switch (cause) {
            case UncheckedIOException e when e.getCause() != null -> e.getCause();
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(cause);
        };
    }

    @Override
    public void close() {
        reader.interrupt();
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        pending.forEach(future -> future.cancel(false));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
