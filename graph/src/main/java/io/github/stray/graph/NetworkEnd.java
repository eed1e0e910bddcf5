// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import java.util.Optional;

/**
 * What stands in front of the outputs of a network: activations, norms and projections.
 *
 * @param graph of the network
 */
public record NetworkEnd(OnnxGraph graph) {
    /**
     * What a projection of two linear layers reads, between which an activation stands.
     *
     * @param tensor name of an output, behind whose projection the division by its norm may stand
     * @return the input of the first of the two; empty where there are not two
     */
    public Optional<String> beforeHidden(String tensor) {
        return new LinearSearch(graph).beforeHidden(tensor);
    }

    /**
     * The tensor in front of the division by its Euclidean norm.
     *
     * @param tensor name of an output
     * @return what is divided; the tensor itself where it is not divided
     * @throws UnreadableGraphException if it is divided by something else
     */
    public String beforeNorm(String tensor) throws UnreadableGraphException {
        LinearSearch search = new LinearSearch(graph);
        String whole = search.skip(tensor);
        String divided = new EuclideanNorm(graph).before(whole);
        return divided.equals(whole) ? tensor : divided;
    }

    /**
     * The tensor in front of the last activation of a classifier.
     *
     * @param tensor name of an output
     * @return its logits; empty where it is no outcome of Softmax, LogSoftmax, Sigmoid, HardSigmoid or Hardmax
     */
    public Optional<String> logitsOf(String tensor) {
        return new LinearSearch(graph).activation(tensor).map(node -> node.getInput(0));
    }
}
