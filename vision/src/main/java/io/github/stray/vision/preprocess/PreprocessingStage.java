// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.DatasetSource;
import io.github.stray.vision.preprocess.PreparedImages.Prepared;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** What a network sees of a dataset, streamed: memory is bounded by the threads, not by the dataset. */
public final class PreprocessingStage {
    private PreprocessingStage() {}

    /**
     * After resize and crop.
     *
     * @param source the images
     * @param preprocessing what is done to them
     * @param threads decoding threads, at least 1
     * @param sink receives {@code height * width * 3} bytes an image, R G B interleaved, and the failures
     * @throws IOException if the source cannot be read or the sink fails
     */
    public static void resized(
            DatasetSource source, Preprocessing preprocessing, int threads, PreparedSink<byte[]> sink)
            throws IOException {
        stream(source, preprocessing, threads, image -> image.pixels().rgb(), sink);
    }

    /**
     * After normalisation.
     *
     * @param source the images
     * @param preprocessing what is done to them
     * @param threads decoding threads, at least 1
     * @param sink receives {@code 3 * height * width} floats an image, plane after plane, and the failures
     * @throws IOException if the source cannot be read or the sink fails
     */
    public static void tensor(
            DatasetSource source, Preprocessing preprocessing, int threads, PreparedSink<float[]> sink)
            throws IOException {
        stream(
                source,
                preprocessing,
                threads,
                image -> {
                    float[] values = new float[preprocessing.length()];
                    preprocessing.tensor(image, FloatBuffer.wrap(values), 0);
                    return values;
                },
                sink);
    }

    private static <T> void stream(
            DatasetSource source,
            Preprocessing preprocessing,
            int threads,
            Function<ResizedImage, T> stage,
            PreparedSink<T> sink)
            throws IOException {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        ExecutorService pool = Executors.newFixedThreadPool(
                threads,
                Thread.ofPlatform().daemon().name("stray-preprocess-", 0).factory());
        try (PreparedImages images = new PreparedImages(source, preprocessing, pool, threads)) {
            for (Optional<Prepared> next = images.next(); next.isPresent(); next = images.next()) {
                switch (next.get()) {
                    case Prepared.Image image -> sink.accept(image.id(), image.label(), stage.apply(image.resized()));
                    case Prepared.Failed failed -> sink.failed(failed.sample());
                }
            }
        } finally {
            pool.shutdownNow();
            pool.close();
        }
    }
}
