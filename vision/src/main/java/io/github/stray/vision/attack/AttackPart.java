// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.store.Safetensors;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/**
 * A finished batch of an attack. Immutable.
 *
 * @param ids sample ids of the images
 * @param targets row of each image's target among the ID training samples
 * @param layers for each layer {@code [n, d]} features of the attacked images, before they were rounded to 8 bits
 * @param figures for each of {@code cosine}, {@code mean}, {@code max}, {@code norm} a number an image
 */
@SuppressWarnings("ArrayRecordComponent")
public record AttackPart(List<String> ids, int[] targets, Map<String, Tensor> layers, Map<String, double[]> figures) {

    static final String LAYER = "attacked.";
    static final String TARGETS = "targets";

    /** What is kept of each image, in the order in which it is shown. */
    static final SequencedMap<String, ToDoubleFunction<Attacked>> FIGURES = figuresOf();

    private static SequencedMap<String, ToDoubleFunction<Attacked>> figuresOf() {
        var figures = new LinkedHashMap<String, ToDoubleFunction<Attacked>>();
        figures.put("cosine", Attacked::cosine);
        figures.put("mean", Attacked::mean);
        figures.put("max", Attacked::max);
        figures.put("norm", Attacked::norm);
        return figures;
    }

    /**
     * What is known of each image.
     *
     * @return names of the {@link #figures}
     */
    public static List<String> figureNames() {
        return List.copyOf(FIGURES.keySet());
    }

    static AttackPart read(Path file, List<String> layers) throws IOException {
        Safetensors part = Safetensors.open(file);
        List<String> ids = List.of(part.metadata().getOrDefault("ids", "").split("\n", -1));
        var read = new HashMap<String, Tensor>();
        for (String layer : layers) {
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
}
