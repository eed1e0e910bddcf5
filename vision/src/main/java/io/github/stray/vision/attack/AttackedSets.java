// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.tensor.Tensor;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Features of the attacked images, row for row the same images.
 *
 * @param attacked before they were rounded to 8 bits
 * @param rounded as their files hold them
 */
public record AttackedSets(FeatureSet attacked, FeatureSet rounded) {

    /**
     * Gathers the features of attacked images, and reads their files again for those after rounding.
     *
     * @param run a finished run
     * @param extractor the attacked network's features
     * @param layers layers that the run kept
     * @param batch images of a batch, at least 1
     * @return both sets
     * @throws IOException if a file cannot be read, or the network not be run
     */
    public static AttackedSets of(AttackRun run, OnnxExtractor extractor, List<String> layers, int batch)
            throws IOException {
        var ids = new ArrayList<String>();
        run.parts().forEach(part -> ids.addAll(part.ids()));
        var attacked = new LinkedHashMap<String, List<float[]>>();
        var rounded = new LinkedHashMap<String, List<float[]>>();
        for (String layer : layers) {
            attacked.put(
                    layer,
                    run.parts().stream()
                            .map(part -> Objects.requireNonNull(part.layers().get(layer))
                                    .toFloats())
                            .toList());
            rounded.put(layer, new ArrayList<>());
        }
        Preprocessing preprocessing = extractor.preprocessing();
        FloatBuffer prepared = extractor.buffer(batch);
        for (int from = 0; from < ids.size(); from += batch) {
            int count = Math.min(batch, ids.size() - from);
            for (int i = 0; i < count; i++) {
                Pixels pixels = ImageDecoder.decode(Files.readAllBytes(run.picture(from + i)));
                preprocessing.tensor(pixels, prepared, i * preprocessing.length());
            }
            Map<String, float[]> rows = extractor.features(count, prepared, layers);
            rounded.forEach((layer, kept) -> kept.add(Objects.requireNonNull(rows.get(layer))));
        }
        return new AttackedSets(
                set("attacked", ids, attacked, extractor), set("attacked, rounded", ids, rounded, extractor));
    }

    private static FeatureSet set(
            String name, List<String> ids, Map<String, List<float[]>> layers, OnnxExtractor extractor) {
        String first = layers.keySet().iterator().next();
        var set = new FeatureSet(
                FeatureMatrix.of(rows(ids.size(), Objects.requireNonNull(layers.get(first)))),
                ids,
                Optional.empty(),
                Objects.requireNonNull(extractor.layers().get(first)),
                name);
        for (Map.Entry<String, List<float[]>> layer : layers.entrySet()) {
            if (!layer.getKey().equals(first)) {
                set = set.with(
                        layer.getKey(),
                        new FeatureLayer(
                                rows(ids.size(), layer.getValue()),
                                Objects.requireNonNull(extractor.layers().get(layer.getKey()))));
            }
        }
        return set;
    }

    private static Tensor rows(int count, List<float[]> chunks) {
        int length = chunks.stream().mapToInt(chunk -> chunk.length).sum();
        float[] values = new float[length];
        int at = 0;
        for (float[] chunk : chunks) {
            System.arraycopy(chunk, 0, values, at, chunk.length);
            at += chunk.length;
        }
        return Tensor.ofFloats(values, count, length / count);
    }
}
