// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.vision.card.ReferenceFeatures;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an extractor did on generated images.
 *
 * @param layers what it offers
 * @param norms for each layer, the smallest and largest Euclidean norm of a row
 * @param deterministic whether two runs gave the same bits in every layer
 * @param batchDifference for each layer, the largest difference between batches of 1 and of {@value #BATCH}, as a fraction
 *     of the layer's largest magnitude
 * @param referenceDifference for each layer of the card's reference, the norm of the difference from it as a fraction of
 *     its norm; empty without a reference
 * @param referenceOrigin what made the reference; empty without one
 * @param tolerance largest {@code referenceDifference} that is allowed
 * @param threads the threads given
 * @param imagesPerSecond from pixels to all layers, batches of {@value #BATCH}, the threads given
 * @param jpegDecoder what decodes JPEGs here
 * @param residentBytes memory of the whole process afterwards, where the system tells it
 */
public record ModelCheck(
        Map<Layer, FeatureSpace> layers,
        Map<Layer, Range> norms,
        boolean deterministic,
        Map<Layer, Double> batchDifference,
        Map<Layer, Double> referenceDifference,
        Optional<String> referenceOrigin,
        double tolerance,
        int threads,
        double imagesPerSecond,
        String jpegDecoder,
        OptionalLong residentBytes) {

    /** Largest {@link #batchDifference} that counts as rounding: sums of float32 in another order. */
    public static final double ROUNDING = 1e-4;

    private static final int IMAGES = 8;
    private static final int BATCH = 4;
    private static final int MOST_TIMED = 256;
    private static final double TIMED_SECONDS = 3;

    /**
     * From the smallest to the largest.
     *
     * @param smallest of some values
     * @param largest of them
     */
    public record Range(double smallest, double largest) {}

    /**
     * Checks an extractor. It has been loaded by then, so its shapes fit its card.
     *
     * @param extractor the extractor; stays open
     * @param reference what its card says it makes of an image, if the card says
     * @param threads threads of the extraction, at least 1
     * @return what was found
     * @throws IOException if it cannot be run; the message names the first image that failed
     */
    public static ModelCheck of(FeatureExtractor extractor, Optional<ReferenceFeatures> reference, int threads)
            throws IOException {
        List<Layer> layers = List.copyOf(extractor.layers().keySet());
        DatasetSource few = GeneratedImages.of(IMAGES, extractor);
        // More threads would share the few images out in smaller batches than are to be compared.
        int several = Math.min(threads, IMAGES / BATCH);
        Map<Layer, float[]> rows = rows(extractor, few, layers, BATCH, several);
        long start = System.nanoTime();
        Map<Layer, float[]> again = rows(extractor, few, layers, BATCH, several);
        double rate = IMAGES / ((System.nanoTime() - start) / 1e9);
        Map<Layer, float[]> single = rows(extractor, few, layers, 1, threads);
        boolean deterministic = true;
        var norms = new LinkedHashMap<Layer, Range>();
        var differences = new LinkedHashMap<Layer, Double>();
        for (Layer layer : layers) {
            float[] values = Objects.requireNonNull(rows.get(layer));
            deterministic &= Arrays.equals(values, again.get(layer));
            differences.put(layer, difference(values, Objects.requireNonNull(single.get(layer))));
            int d = Objects.requireNonNull(extractor.layers().get(layer)).dimension();
            norms.put(layer, norms(values, d));
        }
        var fromReference = new LinkedHashMap<Layer, Double>();
        if (reference.isPresent()) {
            List<Layer> known = List.copyOf(reference.get().layers().keySet());
            rows(extractor, GeneratedImages.of(1, extractor), known, 1, 1)
                    .forEach((layer, row) ->
                            fromReference.put(layer, reference.get().difference(layer, row)));
        }
        if (rate * TIMED_SECONDS > IMAGES || several < threads) {
            DatasetSource many =
                    GeneratedImages.of((int) Math.clamp(rate * TIMED_SECONDS, IMAGES, MOST_TIMED), extractor);
            start = System.nanoTime();
            rows(extractor, many, layers, BATCH, threads);
            rate = many.size() / ((System.nanoTime() - start) / 1e9);
        }
        return new ModelCheck(
                extractor.layers(),
                norms,
                deterministic,
                differences,
                fromReference,
                reference.map(ReferenceFeatures::origin),
                reference.map(ReferenceFeatures::tolerance).orElse(ReferenceFeatures.ROUNDING),
                threads,
                rate,
                ImageDecoder.jpegDecoder(),
                resident());
    }

    /**
     * Whether features can be relied on.
     *
     * @return true if they are deterministic, depend on the batch size by no more than rounding, and are those of the
     *     reference if there is one
     */
    public boolean passed() {
        return deterministic
                && batchDifference.values().stream().allMatch(difference -> difference <= ROUNDING)
                && referenceDifference.values().stream().allMatch(difference -> difference <= tolerance);
    }

    /**
     * What was found, for a program.
     *
     * @return keys to numbers, texts and objects of them, in a fixed order
     */
    public Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        var found = new LinkedHashMap<String, Object>();
        norms.forEach((layer, range) -> {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("dimension", space(layer).dimension());
            entry.put("normalisation", space(layer).normalisation().orElse("unknown"));
            entry.put("norms", List.of(range.smallest(), range.largest()));
            found.put(layer.id(), entry);
        });
        document.put("layers", found);
        document.put("deterministic", deterministic);
        document.put("batch_difference", byId(batchDifference));
        referenceOrigin.ifPresent(origin -> {
            document.put("reference_difference", byId(referenceDifference));
            document.put("reference_tolerance", tolerance);
            document.put("reference_origin", origin);
        });
        document.put("images_per_second", imagesPerSecond);
        document.put("jpeg_decoder", jpegDecoder);
        residentBytes.ifPresent(bytes -> document.put("resident_bytes", bytes));
        return document;
    }

    private static Map<String, Double> byId(Map<Layer, Double> differences) {
        var byId = new LinkedHashMap<String, Double>();
        differences.forEach((layer, difference) -> byId.put(layer.id(), difference));
        return byId;
    }

    /**
     * What was found, for a person.
     *
     * @return lines, each of a word or two and a sentence
     */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        norms.forEach((layer, range) -> lines.add(String.format(
                Locale.ROOT,
                "  %-15s %d dimensions, normalisation %s, norms %.4g to %.4g",
                layer,
                space(layer).dimension(),
                space(layer).normalisation().orElse("unknown"),
                range.smallest(),
                range.largest())));
        lines.add(
                "  deterministic   " + (deterministic ? "yes, two runs gave the same bits" : "NO, two runs differed"));
        batchDifference.forEach((layer, difference) -> lines.add(String.format(
                Locale.ROOT,
                "  batches         %s of batches of 1 and 4 differ by %.1e of the largest value (allowed %.0e)",
                layer,
                difference,
                ROUNDING)));
        if (referenceOrigin.isEmpty()) {
            lines.add("  reference       none in the card");
        }
        referenceDifference.forEach((layer, difference) -> lines.add(String.format(
                Locale.ROOT,
                "  reference       %s differ by %.1e of their norm from those of %s (allowed %.1e)%s",
                layer,
                difference,
                referenceOrigin.orElse(""),
                tolerance,
                difference <= tolerance ? "" : notTheSame())));
        lines.add(String.format(
                Locale.ROOT,
                "  speed           %.1f images/s with %d threads, pixels to %s",
                imagesPerSecond,
                threads,
                Layer.join(layers.keySet())));
        lines.add("  JPEG decoder    " + jpegDecoder);
        residentBytes.ifPresent(bytes -> lines.add("  memory          %d MB in all".formatted(bytes >> 20)));
        return lines;
    }

    private String notTheSame() {
        return ": NOT THE SAME; a file, a library or the card changed"
                + (tolerance > ReferenceFeatures.ROUNDING
                        ? ", or the processor, on which networks in int8 depend"
                        : "");
    }

    private FeatureSpace space(Layer layer) {
        return Objects.requireNonNull(layers.get(layer));
    }

    /** Layer to rows, one after another, whatever the layer's shape. */
    static Map<Layer, float[]> rows(
            FeatureExtractor extractor, DatasetSource images, List<Layer> layers, int batch, int threads)
            throws IOException {
        var batches = new ArrayList<FeatureBatch>();
        extractor.extract(images, new ExtractionOptions(layers, batch, threads), new FeatureSink() {
            @Override
            public void accept(FeatureBatch features) {
                batches.add(features);
            }

            @Override
            public void failed(FailedSample sample) throws IOException {
                throw new IOException(
                        "extractor %s failed on a generated image: %s".formatted(extractor.id(), sample.reason()));
            }
        });
        var rows = new LinkedHashMap<Layer, float[]>();
        for (Layer layer : layers) {
            List<float[]> chunks = batches.stream()
                    .map(features -> Objects.requireNonNull(features.layers().get(layer)))
                    .toList();
            FloatBuffer joined = FloatBuffer.allocate(
                    chunks.stream().mapToInt(chunk -> chunk.length).sum());
            chunks.forEach(joined::put);
            rows.put(layer, joined.array());
        }
        return rows;
    }

    private static Range norms(float[] values, int dimension) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (int from = 0; from < values.length; from += dimension) {
            double sum = 0;
            for (int j = from; j < from + dimension; j++) {
                sum += (double) values[j] * values[j];
            }
            smallest = Math.min(smallest, Math.sqrt(sum));
            largest = Math.max(largest, Math.sqrt(sum));
        }
        return new Range(smallest, largest);
    }

    /** The largest difference of any layer, as a fraction of its largest magnitude. */
    static double difference(Map<Layer, float[]> one, Map<Layer, float[]> other) {
        return one.entrySet().stream()
                .mapToDouble(layer -> difference(layer.getValue(), Objects.requireNonNull(other.get(layer.getKey()))))
                .max()
                .orElse(0);
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
