// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.provenance.Provenance;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.ReferenceFeatures;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.OnnxNetwork;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/** The first run of an extractor that is being installed. */
final class Trial {
    private Trial() {}

    /** What the extractor makes of the first generated image, by itself. */
    static ReferenceFeatures reference(OnnxExtractor extractor, ExtractorCard card, boolean quantised)
            throws IOException {
        var layers = new LinkedHashMap<String, List<Float>>();
        ModelCheck.rows(
                        extractor,
                        new GeneratedImages(1),
                        List.copyOf(card.layers().keySet()),
                        1,
                        1)
                .forEach((layer, values) -> layers.put(layer, first(values)));
        String origin = "Stray %s, ONNX Runtime %s, %s %s"
                .formatted(
                        Provenance.version(),
                        OnnxNetwork.runtimeVersion(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"));
        return new ReferenceFeatures(
                origin, quantised ? ReferenceFeatures.QUANTISED : ReferenceFeatures.ROUNDING, layers);
    }

    private static List<Float> first(float[] values) {
        float[] kept = Arrays.copyOf(values, Math.min(values.length, ReferenceFeatures.MOST_VALUES));
        return IntStream.range(0, kept.length).mapToObj(i -> kept[i]).toList();
    }
}
