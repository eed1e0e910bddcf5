// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FeatureSink;
import io.github.stray.vision.preprocess.PreparedImages;
import io.github.stray.vision.preprocess.PreparedImages.Prepared;
import io.github.stray.vision.preprocess.PreparedImages.Prepared.Image;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One extraction. The calling thread takes resized images in order, hands batches to the workers that also decode, and
 * delivers finished batches in order. A worker that ends an inference call goes on with whatever is there, so all of them
 * are busy while there are images; so that they also end together, the images are shared out in as many batches as make a
 * multiple of the workers, none larger than asked for. At most twice as many batches as there are workers, and one, are
 * under way: a worker that is slowed down for a while does not hold the others up, and a slow sink holds back all.
 */
final class ExtractionRun implements AutoCloseable {
    private final Inference inference;
    private final int batch;
    private final int workers;
    private final FeatureSink sink;
    private final ExecutorService pool;
    private final Arena arena = Arena.ofShared();
    private final ConcurrentLinkedQueue<FloatBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final Deque<Future<FinishedBatch>> underWay = new ArrayDeque<>();

    ExtractionRun(Inference inference, int batch, int workers, FeatureSink sink) {
        this.inference = inference;
        this.batch = batch;
        this.workers = workers;
        this.sink = sink;
        this.pool = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().daemon().name("stray-extract-", 0).factory());
    }

    void extract(DatasetSource source) throws IOException {
        try (PreparedImages images = new PreparedImages(source, inference.preprocessing(), pool, workers)) {
            long batches = batches(source.size());
            long taken = 0;
            long cut = 0;
            var samples = new ArrayList<Prepared>();
            for (Optional<Prepared> next = images.next(); next.isPresent(); next = images.next()) {
                samples.add(next.get());
                if (++taken == end(cut, batches, source.size()) || samples.size() == batch) {
                    submit(samples);
                    samples = new ArrayList<>();
                    cut++;
                }
            }
            submit(samples);
            while (!underWay.isEmpty()) {
                await(underWay.remove()).deliver(sink);
            }
        }
    }

    private long batches(long size) {
        long full = Math.ceilDiv(size, batch);
        return Math.clamp(Math.ceilDiv(full, workers) * workers, 1, Math.max(1, size));
    }

    /** Where a batch ends: all are full where the network insists on a size, else all are equal within one. */
    private long end(long cut, long batches, long size) {
        return inference.fixedBatch().isPresent() ? (cut + 1) * batch : (cut + 1) * size / batches;
    }

    private void submit(List<Prepared> samples) throws IOException {
        underWay.add(pool.submit(() -> infer(samples)));
        if (underWay.size() > 2 * workers) {
            await(underWay.remove()).deliver(sink);
        }
    }

    private FinishedBatch infer(List<Prepared> samples) throws InvalidNetworkException {
        if (samples.stream().noneMatch(Image.class::isInstance)) {
            return new FinishedBatch(samples, inference.layers(), Map.of());
        }
        FloatBuffer buffer = buffers.poll();
        if (buffer == null) {
            buffer = arena.allocate(
                            (long) inference.capacity(batch)
                                    * inference.preprocessing().length()
                                    * Float.BYTES,
                            ValueLayout.JAVA_FLOAT.byteAlignment())
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
        FinishedBatch finished = FinishedBatch.of(inference, samples, buffer);
        buffers.add(buffer);
        return finished;
    }

    private static FinishedBatch await(Future<FinishedBatch> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while extracting features");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /** Stops the workers, waits for the inference calls that are running, and frees their input. */
    @Override
    public void close() {
        pool.shutdownNow();
        pool.close();
        arena.close();
    }
}
