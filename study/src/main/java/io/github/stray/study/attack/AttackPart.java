// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.feature.Layer;
import io.github.stray.store.Safetensors;
import io.github.stray.store.SafetensorsWriter;
import io.github.stray.tensor.Tensor;
import io.github.stray.vision.attack.Attacked;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/**
 * A finished batch of an attack.
 *
 * @param ids sample ids of the images
 * @param targets row of each image's target among the ID training samples
 * @param layers for each layer {@code [n, d]} features of the attacked images, before they were rounded to 8 bits
 * @param figures for each of {@code cosine}, {@code mean}, {@code max}, {@code norm} a number an image
 */
@SuppressWarnings("ArrayRecordComponent")
record AttackPart(List<String> ids, int[] targets, Map<Layer, Tensor> layers, Map<String, double[]> figures) {
    private static final String SETTINGS = "stray.attack";
    private static final String LAYER = "attacked.";
    private static final String TARGETS = "targets";

    /** What is kept of each image, in the order in which it is shown. */
    private static final SequencedMap<String, ToDoubleFunction<Attacked>> FIGURES = new LinkedHashMap<>();

    static {
        FIGURES.put("cosine", Attacked::cosine);
        FIGURES.put("mean", Attacked::mean);
        FIGURES.put("max", Attacked::max);
        FIGURES.put("norm", Attacked::norm);
    }

    /** The figures of one image of the batch. */
    SequencedMap<String, Double> figures(int image) {
        var values = new LinkedHashMap<String, Double>();
        for (String figure : FIGURES.keySet()) {
            values.put(figure, Objects.requireNonNull(figures.get(figure))[image]);
        }
        return values;
    }

    /** Whether a file is the part of these images, made with these settings, and holds the layers. */
    static boolean isOf(Safetensors part, String settings, List<String> ids, List<Layer> layers) {
        return settings.equals(part.metadata().get(SETTINGS))
                && String.join("\n", ids).equals(part.metadata().get("ids"))
                && layers.stream().allMatch(layer -> part.names().contains(LAYER + layer));
    }

    static AttackPart read(Path file, List<Layer> layers) throws IOException {
        Safetensors part = Safetensors.open(file);
        List<String> ids = List.of(part.metadata().getOrDefault("ids", "").split("\n", -1));
        var read = new HashMap<Layer, Tensor>();
        for (Layer layer : layers) {
            read.put(layer, part.tensor(LAYER + layer));
        }
        var figures = new HashMap<String, double[]>();
        for (String figure : FIGURES.keySet()) {
            figures.put(figure, part.tensor(figure).toDoubles());
        }
        int[] targets = Arrays.stream(part.tensor(TARGETS).toLongs())
                .mapToInt(Math::toIntExact)
                .toArray();
        return new AttackPart(ids, targets, read, figures);
    }

    /** Writes what {@link #read} reads; {@code features} are the rows of each layer in an array. */
    static void write(
            Path file,
            String settings,
            List<String> ids,
            int[] targets,
            List<Layer> layers,
            Map<Layer, float[]> features,
            List<Attacked> attacked)
            throws IOException {
        int count = ids.size();
        var tensors = new LinkedHashMap<String, Tensor>();
        for (Layer layer : layers) {
            float[] values = Objects.requireNonNull(features.get(layer));
            tensors.put(LAYER + layer, Tensor.ofFloats(values, count, values.length / count));
        }
        tensors.put(
                TARGETS, Tensor.ofLongs(Arrays.stream(targets).asLongStream().toArray(), count));
        FIGURES.forEach((name, figure) -> tensors.put(
                name, Tensor.ofDoubles(attacked.stream().mapToDouble(figure).toArray(), count)));
        SafetensorsWriter.write(file, tensors, Map.of(SETTINGS, settings, "ids", String.join("\n", ids)));
    }
}
