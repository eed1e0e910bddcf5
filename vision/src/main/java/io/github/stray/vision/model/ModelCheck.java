// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What an extractor did on 64 generated images.
 *
 * @param layers what it offers
 * @param deterministic whether two runs gave the same bits in every layer
 * @param batchDifference for each layer, the largest difference between batches of 1 and of 8, as a fraction of the
 *     layer's largest magnitude
 * @param imagesPerSecond from pixels to the first layer, batches of 32, the threads given
 * @param residentBytes memory of the whole process afterwards, where the system tells it
 */
public record ModelCheck(
        Map<String, FeatureSpace> layers,
        boolean deterministic,
        Map<String, Double> batchDifference,
        double imagesPerSecond,
        OptionalLong residentBytes) {

    /** Largest {@link #batchDifference} that counts as rounding: sums of float32 in another order. */
    public static final double ROUNDING = 1e-4;

    /**
     * Checks an extractor. It has been loaded by then, so its shapes fit its card.
     *
     * @param extractor the extractor; stays open
     * @param threads threads for the timing, at least 1
     * @return what was found
     * @throws IOException if it cannot be run; the message names the first image that failed
     */
    public static ModelCheck of(FeatureExtractor extractor, int threads) throws IOException {
        boolean deterministic = true;
        var differences = new LinkedHashMap<String, Double>();
        DatasetSource few = new GeneratedImages(16);
        for (String layer : extractor.layers().keySet()) {
            float[] rows = rows(extractor, few, layer, 8, 1);
            deterministic &= Arrays.equals(rows, rows(extractor, few, layer, 8, 1));
            differences.put(layer, difference(rows, rows(extractor, few, layer, 1, 1)));
        }
        String first = extractor.layers().keySet().iterator().next();
        DatasetSource many = new GeneratedImages(64);
        rows(extractor, few, first, 32, threads);
        long start = System.nanoTime();
        rows(extractor, many, first, 32, threads);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new ModelCheck(extractor.layers(), deterministic, differences, many.size() / seconds, resident());
    }

    /**
     * Whether features can be relied on.
     *
     * @return true if they are deterministic and depend on the batch size by no more than rounding
     */
    public boolean passed() {
        return deterministic && batchDifference.values().stream().allMatch(difference -> difference <= ROUNDING);
    }

    static void tryOneImage(FeatureExtractor extractor) throws IOException {
        for (String layer : extractor.layers().keySet()) {
            rows(extractor, new GeneratedImages(1), layer, 1, 1);
        }
    }

    private static float[] rows(FeatureExtractor extractor, DatasetSource images, String layer, int batch, int threads)
            throws IOException {
        var sink = new Rows(layer, new ArrayList<>(), new ArrayList<>());
        extractor.extract(images, new ExtractionOptions(List.of(layer), batch, threads), sink);
        if (!sink.failed.isEmpty()) {
            throw new IOException("extractor %s failed on a generated image: %s"
                    .formatted(extractor.id(), sink.failed.getFirst().reason()));
        }
        int length = sink.chunks.stream().mapToInt(chunk -> chunk.length).sum();
        float[] rows = new float[length];
        int at = 0;
        for (float[] chunk : sink.chunks) {
            System.arraycopy(chunk, 0, rows, at, chunk.length);
            at += chunk.length;
        }
        return rows;
    }

    /** The rows of one layer, whatever its shape. */
    private record Rows(String layer, List<float[]> chunks, List<FailedSample> failed) implements FeatureSink {
        @Override
        public void accept(FeatureBatch batch) {
            chunks.add(Objects.requireNonNull(batch.layers().get(layer)));
        }

        @Override
        public void failed(FailedSample sample) {
            failed.add(sample);
        }
    }

    private static double difference(float[] one, float[] other) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i]));
            difference = Math.max(difference, Math.abs((double) one[i] - other[i]));
        }
        return largest == 0 ? difference : difference / largest;
    }

    private static OptionalLong resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }
}
