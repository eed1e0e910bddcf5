// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

/**
 * A linear layer of a network: {@code z = W x + b}.
 *
 * @param input name of the tensor x, {@code [n, d]} or {@code [n, d, 1, 1]}; two names where x is two tensors side by side
 * @param classes C, rows of W
 * @param dimension d, columns of W
 * @param weight {@code [C x d]}, row-major
 * @param bias {@code [C]}, zeros where the network has none
 * @param dequantised whether weights are stored as integers, so that the network's own z is rounded and only close
 */
@SuppressWarnings("ArrayRecordComponent")
public record LinearLayer(String input, int classes, int dimension, float[] weight, float[] bias, boolean dequantised) {
    /** Half the sum of this layer and another: of one input where both read it, of both side by side otherwise. */
    LinearLayer mean(LinearLayer other) {
        boolean same = input.equals(other.input);
        int columns = same ? dimension : dimension + other.dimension;
        float[] weights = new float[classes * columns];
        float[] biases = new float[classes];
        for (int c = 0; c < classes; c++) {
            biases[c] = (bias[c] + other.bias[c]) / 2;
            for (int j = 0; j < dimension; j++) {
                weights[c * columns + j] = weight[c * dimension + j] / 2;
            }
            for (int j = 0; j < other.dimension; j++) {
                weights[c * columns + columns - other.dimension + j] += other.weight[c * other.dimension + j] / 2;
            }
        }
        return new LinearLayer(
                same ? input : "%s, %s".formatted(input, other.input),
                classes,
                columns,
                weights,
                biases,
                dequantised || other.dequantised);
    }
}
