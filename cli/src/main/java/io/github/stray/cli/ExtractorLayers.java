// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSpace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The layers that a detector reads, as an extractor offers them. */
final class ExtractorLayers {
    private ExtractorLayers() {}

    static SequencedMap<String, FeatureSpace> of(FeatureExtractor extractor, List<String> layers) {
        var spaces = new LinkedHashMap<String, FeatureSpace>();
        for (String layer : layers) {
            FeatureSpace space = extractor.layers().get(layer);
            if (space == null) {
                throw new UsageException("the detector reads the layer '%s'; extractor %s has only %s"
                        .formatted(
                                layer,
                                extractor.id(),
                                String.join(", ", extractor.layers().keySet())));
            }
            spaces.put(layer, space);
        }
        return spaces;
    }
}
