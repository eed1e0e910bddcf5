// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

/**
 * A linear layer of a network: {@code z = W x + b}.
 *
 * @param input name of the tensor x, {@code [n, d]} or {@code [n, d, 1, 1]}
 * @param classes C, rows of W
 * @param dimension d, columns of W
 * @param weight {@code [C x d]}, row-major
 * @param bias {@code [C]}, zeros where the network has none
 * @param dequantised whether weights are stored as integers, so that the network's own z is rounded and only close
 */
@SuppressWarnings("ArrayRecordComponent")
public record LinearLayer(
        String input, int classes, int dimension, float[] weight, float[] bias, boolean dequantised) {}
