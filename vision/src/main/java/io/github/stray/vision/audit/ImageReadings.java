// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Readings of a set, each image decoded once.
 *
 * @param images reading by sample id, in the order of the set
 * @param failed samples that could not be read, in order
 */
public record ImageReadings(SequencedMap<String, ImageReading> images, List<FailedSample> failed) {
    /** Encoded images held at a time, a thread. */
    private static final int AHEAD = 16;

    /**
     * {@return the readings of a set; memory is theirs and that of a few encoded images a thread}
     *
     * @param source the images
     * @param threads decoding threads, at least 1
     * @param progress hears how many more samples were read, from the calling thread
     * @throws IOException if the set itself cannot be read on
     */
    public static ImageReadings of(DatasetSource source, int threads, IntConsumer progress) throws IOException {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        var images = new LinkedHashMap<String, ImageReading>();
        var failed = new ArrayList<FailedSample>();
        ExecutorService pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("stray-reading-", 0).factory());
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                var block = new ArrayList<Callable<Read>>();
                while (block.size() < AHEAD * threads && samples.hasNext()) {
                    block.add(reading(samples.next()));
                }
                for (Future<Read> future : pool.invokeAll(block)) {
                    Read read = future.get();
                    if (read.reading() != null) {
                        images.put(read.id(), read.reading());
                    } else {
                        failed.add(Objects.requireNonNull(read.failed()));
                    }
                }
                progress.accept(block.size());
            }
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while reading images");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            pool.shutdownNow();
            pool.close();
        }
        return new ImageReadings(images, List.copyOf(failed));
    }

    /** Either a reading or why there is none. */
    private record Read(
            String id,
            @Nullable ImageReading reading,
            @Nullable FailedSample failed) {}

    /** The bytes of a sample are read here, in order: those of a streamed archive are gone with the next sample. */
    private static Callable<Read> reading(Sample sample) {
        return switch (sample.content()) {
            case Pixels pixels -> () -> new Read(sample.id(), ImageReading.of(pixels), null);
            case Encoded encoded -> {
                try {
                    byte[] file = encoded.read();
                    yield () -> decoded(sample.id(), file);
                } catch (IOException e) {
                    FailedSample failed = FailedSample.of(sample.id(), e);
                    yield () -> new Read(sample.id(), null, failed);
                }
            }
        };
    }

    private static Read decoded(String id, byte[] file) {
        try {
            return new Read(id, ImageReading.of(file), null);
        } catch (IOException e) {
            return new Read(id, null, FailedSample.of(id, e));
        }
    }
}
