// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

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
     * @return both sets
     * @throws IOException if a file cannot be read, or the network not be run
     */
    public static AttackedSets of(AttackRun run, OnnxExtractor extractor, List<String> layers) throws IOException {
        var spaces = new LinkedHashMap<String, FeatureSpace>();
        layers.forEach(layer ->
                spaces.put(layer, Objects.requireNonNull(extractor.layers().get(layer))));
        var attacked = new FeatureCollector(spaces);
        var rounded = new FeatureCollector(spaces);
        Preprocessing preprocessing = extractor.preprocessing();
        // No batch is larger than the first.
        FloatBuffer prepared = extractor.buffer(run.parts().getFirst().ids().size());
        int number = 0;
        for (AttackPart part : run.parts()) {
            int count = part.ids().size();
            List<OptionalInt> unlabelled = Collections.nCopies(count, OptionalInt.empty());
            var before = new HashMap<String, float[]>();
            part.layers().forEach((layer, rows) -> before.put(layer, rows.toFloats()));
            attacked.accept(new FeatureBatch(part.ids(), unlabelled, before));
            for (int i = 0; i < count; i++) {
                Pixels pixels = read(run.picture(number++));
                preprocessing.tensor(pixels, prepared, i * preprocessing.length());
            }
            rounded.accept(new FeatureBatch(part.ids(), unlabelled, extractor.features(count, prepared, layers)));
        }
        return new AttackedSets(
                attacked.extraction("attacked", List.of()).features(),
                rounded.extraction("attacked, rounded", List.of()).features());
    }

    private static Pixels read(Path picture) throws IOException {
        try {
            return ImageDecoder.decode(Files.readAllBytes(picture));
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot be read any more (%s): delete it, and start the attack again"
                            .formatted(picture, e.getMessage()),
                    e);
        }
    }
}
