// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.feature.Layer;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.onnx.Provider;
import io.github.stray.vision.preprocess.Preprocessing;
import java.util.ArrayList;
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
 * @param inference the tensor that the network is given, in which batches if that matters, those that each layer is read from, and what it ran on
 */
public record FeatureKey(
        String images, String extractor, String weights, String preprocessing, List<Layer> layers, String inference) {
    /** Keeps the layers. */
    public FeatureKey {
        layers = List.copyOf(layers);
    }

    /**
     * {@return the key of an extractor's features}
     *
     * @param card the extractor
     * @param layers layers kept, in order
     * @param provider what its network runs on
     * @param images digest of the set, see {@link SetDigests#of}
     */
    public static FeatureKey of(ExtractorCard card, List<Layer> layers, Provider provider, String images) {
        return new FeatureKey(
                images,
                card.id(),
                card.weightsSha256(),
                card.preprocessing().describe(),
                layers,
                "%s to %s on %s".formatted(card.input().describe(), card.layers(), provider.id()));
    }

    /**
     * {@return the layers to keep of an extractor whatever is asked for first, so that entries can be shared: features
     * first, embeddings where it has a text encoder, logits where it gives them}
     *
     * @param card the extractor
     */
    public static List<Layer> layers(ExtractorCard card) {
        var layers = new ArrayList<>(List.of(Layer.FEATURES));
        if (card.text().isPresent()) {
            layers.add(Layer.EMBEDDINGS);
        }
        if (card.layers().containsKey(Layer.LOGITS)) {
            layers.add(Layer.LOGITS);
        }
        return layers;
    }

    /** {@return name of the entry, 64 hexadecimal digits; another one when {@link Preprocessing#PIXELS} changes} */
    public String digest() {
        return digest(Preprocessing.PIXELS);
    }

    String digest(int pixels) {
        return Sha256.of(String.join(
                "\n",
                "features 2 of pixels " + pixels,
                images,
                extractor,
                weights,
                preprocessing,
                layers.toString(),
                inference));
    }
}
