// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

/**
 * Where a layer comes out of a network.
 *
 * @param tensor name of the tensor, {@code [n, dimension]} or {@code [n, dimension, 1, 1]}, or {@code [n, P, dimension]} for
 *     the layer {@code patches}: an output, a hidden tensor, or an expression of {@link io.github.stray.graph.OnnxGraph}
 * @param dimension length of a row, at least 1
 * @param normalisation what is done to a row
 */
public record NetworkLayer(String tensor, int dimension, Normalisation normalisation) {
    /** Checks the dimension. */
    public NetworkLayer {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, was " + dimension);
        }
    }
}
