// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.provenance.Sha256;
import java.util.List;

/**
 * What features are made of: equal keys give equal features, whatever suite asks.
 *
 * @param images digest of the set: its manifest, its choice of samples, when its files were changed and, where it is one file,
 *     that file
 * @param extractor id of the extractor
 * @param weights SHA-256 of the network
 * @param preprocessing one line, equal only if the preprocessing is
 * @param layers layers kept, in order
 * @param inference tensors that the network is given and that each layer is read from, and what it ran on
 */
public record FeatureKey(
        String images, String extractor, String weights, String preprocessing, List<String> layers, String inference) {
    /** Keeps the layers. */
    public FeatureKey {
        layers = List.copyOf(layers);
    }

    /**
     * Name of the entry.
     *
     * @return 64 hexadecimal digits
     */
    public String digest() {
        return Sha256.of(String.join(
                "\n", "features 2", images, extractor, weights, preprocessing, layers.toString(), inference));
    }
}
