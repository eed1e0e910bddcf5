// SPDX-License-Identifier: Apache-2.0
/**
 * The graph of an ONNX network as data: what leads to an output, hidden layers as further outputs, the last linear layer
 * as a matrix. Nothing here runs a network, and nothing of it is guessed.
 */
package io.github.stray.graph;
