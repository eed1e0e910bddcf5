// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.Layer;
import java.util.List;

/**
 * How to extract; none of it changes the features beyond rounding.
 *
 * @param layers layers wanted, at least one
 * @param batch images per inference call at most, at least 1
 * @param threads threads in all, at least 1
 */
public record ExtractionOptions(List<Layer> layers, int batch, int threads) {
    /** Checks the ranges. */
    public ExtractionOptions {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("at least one layer must be asked for");
        }
        if (batch < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "batch and threads must be at least 1, were %d and %d".formatted(batch, threads));
        }
    }

    /**
     * {@return options for one layer, batches of 8, all processors}
     *
     * @param layer the layer
     */
    public static ExtractionOptions of(Layer layer) {
        return of(List.of(layer));
    }

    /**
     * {@return options for several layers, batches of 8, all processors}
     *
     * @param layers the layers
     */
    public static ExtractionOptions of(List<Layer> layers) {
        return new ExtractionOptions(layers, 8, Runtime.getRuntime().availableProcessors());
    }
}
