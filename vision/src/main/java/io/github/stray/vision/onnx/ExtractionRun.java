// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.Layer;
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
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
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
    private final Deque<Future<Finished>> underWay = new ArrayDeque<>();

    /** Samples in order, and the features of the readable ones. */
    private record Finished(List<Prepared> samples, Map<Layer, float[]> layers) {}

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
                deliver(underWay.remove());
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
            deliver(underWay.remove());
        }
    }

    private Finished infer(List<Prepared> samples) throws InvalidNetworkException {
        List<Image> images = samples.stream()
                .filter(Image.class::isInstance)
                .map(Image.class::cast)
                .toList();
        if (images.isEmpty()) {
            return new Finished(samples, Map.of());
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
        Map<Layer, float[]> layers = inference.run(images, buffer);
        buffers.add(buffer);
        return new Finished(samples, layers);
    }

    private void deliver(Future<Finished> future) throws IOException {
        Finished finished = await(future);
        int readable = (int)
                finished.samples().stream().filter(Image.class::isInstance).count();
        var rows = new Rows(finished.layers(), readable);
        for (Prepared sample : finished.samples()) {
            Optional<FailedSample> failed = switch (sample) {
                case Prepared.Failed(FailedSample unreadable) -> Optional.of(unreadable);
                case Image image -> rows.add(image).map(fault -> new FailedSample(image.id(), fault));
            };
            if (failed.isPresent()) {
                rows.flush();
                sink.failed(failed.get());
            }
        }
        rows.flush();
    }

    /** Consecutive readable samples on their way to the sink, which gets the arrays themselves where no sample failed. */
    private final class Rows {
        private final Map<Layer, float[]> layers;
        private final int readable;
        private final List<String> ids = new ArrayList<>();
        private final List<OptionalInt> labels = new ArrayList<>();

        /** The first row that is neither delivered nor failed. */
        private int first;

        private int next;

        Rows(Map<Layer, float[]> layers, int readable) {
            this.layers = layers;
            this.readable = readable;
        }

        /** Adds the next row, normalised in its place, or says why its features are none. */
        Optional<String> add(Image image) {
            int row = next++;
            for (Map.Entry<Layer, NetworkLayer> layer : inference.layers().entrySet()) {
                Optional<String> fault = fault(layer.getKey(), layer.getValue(), row);
                if (fault.isPresent()) {
                    return fault;
                }
            }
            ids.add(image.id());
            labels.add(image.label());
            return Optional.empty();
        }

        private Optional<String> fault(Layer name, NetworkLayer layer, int row) {
            int d = layer.dimension();
            float[] values = Objects.requireNonNull(layers.get(name));
            int length = values.length / readable;
            for (int j = 0; j < length; j++) {
                float value = values[row * length + j];
                if (!Float.isFinite(value)) {
                    return Optional.of("the network gave %s at dimension %d of layer %s".formatted(value, j % d, name));
                }
            }
            return layer.normalisation() == Normalisation.L2 && !normalise(values, row * length, (row + 1) * length, d)
                    ? Optional.of("layer %s came out as zeros and has no direction".formatted(name))
                    : Optional.empty();
        }

        private static boolean normalise(float[] values, int start, int end, int d) {
            for (int from = start; from < end; from += d) {
                double sum = 0;
                for (int j = from; j < from + d; j++) {
                    sum += (double) values[j] * values[j];
                }
                double norm = Math.sqrt(sum);
                if (norm == 0) {
                    return false;
                }
                for (int j = from; j < from + d; j++) {
                    values[j] = (float) (values[j] / norm);
                }
            }
            return true;
        }

        /** Delivers the rows that were added since the last time. */
        void flush() throws IOException {
            int from = first;
            int to = first + ids.size();
            first = next;
            if (from == to) {
                return;
            }
            var part = new HashMap<Layer, float[]>();
            layers.forEach((layer, values) -> {
                int length = values.length / readable;
                boolean all = to - from == readable;
                part.put(layer, all ? values : Arrays.copyOfRange(values, from * length, to * length));
            });
            var features = new FeatureBatch(List.copyOf(ids), List.copyOf(labels), Map.copyOf(part));
            ids.clear();
            labels.clear();
            sink.accept(features);
        }
    }

    private static Finished await(Future<Finished> future) throws IOException {
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
