// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.feature.Layer;
import io.github.stray.vision.onnx.Normalisation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a layer comes out, as {@link NetworkOption#OUTPUT} says it.
 *
 * @param tensor an output, a hidden tensor or an expression
 * @param normalisation what is done to its rows
 */
record LayerSource(String tensor, Normalisation normalisation) {
    @Override
    public String toString() {
        return normalisation == Normalisation.L2 ? tensor + ":l2" : tensor;
    }

    static Map<Layer, LayerSource> ofText(String text) {
        var sources = new LinkedHashMap<Layer, LayerSource>();
        // The comma of tokens(T, K..) separates no layers.
        for (String part : text.split(",(?![^()]*\\))", -1)) {
            int equals = part.indexOf('=');
            String tensor = part.substring(equals + 1).strip();
            boolean l2 = tensor.endsWith(":l2");
            if (l2) {
                tensor = tensor.substring(0, tensor.length() - ":l2".length());
            }
            if (tensor.isEmpty() || equals == 0) {
                throw new IllegalArgumentException(
                        "expected layer=tensor[:l2] or tensor[:l2], comma-separated, was '%s'".formatted(text));
            }
            Layer layer = equals > 0
                    ? Layer.of(part.substring(0, equals).strip())
                    : Layer.find(tensor).filter(named -> named != Layer.PATCHES).orElse(Layer.FEATURES);
            LayerSource source = new LayerSource(tensor, l2 ? Normalisation.L2 : Normalisation.NONE);
            if (sources.putIfAbsent(layer, source) != null) {
                throw new IllegalArgumentException(
                        "layer '%s' is given twice in '%s'; write layer=tensor".formatted(layer, text));
            }
        }
        return sources;
    }
}
