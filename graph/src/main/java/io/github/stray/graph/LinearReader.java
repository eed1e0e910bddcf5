// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads the numbers of a linear layer, dequantised, as {@code z = W x + b}. */
final class LinearReader {
    private final OnnxGraph graph;
    private final LinearSearch.Found found;
    private final NodeProto node;
    private final Constants constants;

    LinearReader(OnnxGraph graph, LinearSearch.Found found) {
        this.graph = graph;
        this.found = found;
        this.node = found.node();
        this.constants = graph.constants();
    }

    /** The layer whose outcome is the mean of some; side by side where they do not read the same tensor. */
    static LinearLayer read(OnnxGraph graph, List<LinearSearch.Found> heads) throws IOException {
        LinearLayer mean = new LinearReader(graph, heads.getFirst()).read();
        for (LinearSearch.Found other : heads.subList(1, heads.size())) {
            LinearLayer layer = new LinearReader(graph, other).read();
            if (layer.classes() != mean.classes()) {
                throw graph.fault(
                        "the mean of %d and of %d classes is taken".formatted(mean.classes(), layer.classes()));
            }
            mean = mean.mean(layer);
        }
        return mean;
    }

    private LinearLayer read() throws IOException {
        return switch (node.getOpType()) {
            case "Gemm" -> gemm(constants.require(node.getInput(1)), Nodes.input(node, 2), Optional.empty());
            case "MatMul" -> layer(constants.require(node.getInput(1)), 1, Optional.empty(), 0);
            case "Conv" -> conv(constants.require(node.getInput(1)), Nodes.input(node, 2), Optional.empty());
            case "QLinearMatMul" -> layer(quantised(1), 1, Optional.empty(), 0);
            case "MatMulInteger" -> layer(integers(), 1, Optional.empty(), 0);
            case "QGemm" ->
                gemm(
                        quantised(NodeAttributes.of(node).integer("transB", 0) == 0 ? 1 : 0),
                        Nodes.input(node, 6),
                        Optional.of(sumScale()));
            case "QLinearConv" -> conv(quantised(0), Nodes.input(node, 8), Optional.of(sumScale()));
            default ->
                throw graph.fault(
                        "%s is a linear layer whose weights are not read".formatted(graph.describe(node.getOutput(0))));
        };
    }

    private Constant integers() throws IOException {
        String scale = found.scale()
                .orElseThrow(() -> graph.fault("%s has no constant scale of its weights behind it"
                        .formatted(graph.describe(node.getOutput(0)))));
        return constants.dequantise(node.getInput(1), scale, Nodes.input(node, 3), 1);
    }

    /** The weight of a QLinear operator: inputs 3 to 5, one scale for each output along the axis. */
    private Constant quantised(int axis) throws IOException {
        return constants.dequantise(node.getInput(3), node.getInput(4), Nodes.input(node, 5), axis);
    }

    /** One unit of a QLinear operator's integer sums: scale of the input times scale of the weight. */
    private double[] sumScale() throws IOException {
        double[] input = constants.require(node.getInput(1)).values();
        double[] weight = constants.require(node.getInput(4)).values().clone();
        for (int c = 0; c < weight.length; c++) {
            weight[c] *= input[0];
        }
        return weight;
    }

    private LinearLayer gemm(Constant weight, Optional<String> bias, Optional<double[]> unit) throws IOException {
        NodeAttributes attributes = NodeAttributes.of(node);
        if (attributes.integer("transA", 0) != 0) {
            throw graph.fault(
                    "%s turns its input (transA), expected [n, d]".formatted(graph.describe(node.getOutput(0))));
        }
        double alpha = attributes.number("alpha", 1);
        boolean turned = attributes.integer("transB", 0) != 0;
        if (unit.isPresent()) {
            double[] scaled = unit.get();
            for (int c = 0; c < scaled.length; c++) {
                scaled[c] *= alpha;
            }
        }
        Constant rows = weight.rank() == 2 && turned ? weight.transposed() : weight;
        return layer(rows, alpha, bias(bias, unit), attributes.number("beta", 1));
    }

    private LinearLayer conv(Constant weight, Optional<String> bias, Optional<double[]> unit) throws IOException {
        NodeAttributes attributes = NodeAttributes.of(node);
        boolean plain = weight.rank() == 4
                && weight.shape()[2] == 1
                && weight.shape()[3] == 1
                && attributes.integer("group", 1) == 1
                && attributes.integers("pads").stream().allMatch(pad -> pad == 0)
                && attributes.integers("strides").stream().allMatch(stride -> stride == 1);
        if (!plain) {
            throw graph.fault(
                    "%s has a weight %s, %d groups, pads %s and strides %s; only a 1x1 convolution is a linear layer"
                            .formatted(
                                    graph.describe(node.getOutput(0)),
                                    weight,
                                    attributes.integer("group", 1),
                                    attributes.integers("pads"),
                                    attributes.integers("strides")));
        }
        int[] shape = {weight.shape()[0], weight.shape()[1]};
        Constant matrix = new Constant(shape, weight.values(), weight.quantised());
        return layer(matrix.transposed(), 1, bias(bias, unit), 1);
    }

    private Optional<double[]> bias(Optional<String> tensor, Optional<double[]> unit) throws IOException {
        if (tensor.isEmpty()) {
            return Optional.empty();
        }
        double[] values = vector(constants.require(tensor.get()), tensor.get()).clone();
        if (unit.isPresent()) {
            double[] scale = unit.get();
            for (int c = 0; c < values.length; c++) {
                values[c] *= scale[scale.length == 1 ? 0 : c];
            }
        }
        return Optional.of(values);
    }

    private double[] vector(Constant constant, String tensor) throws UnreadableGraphException {
        if (!constant.isVector()) {
            throw graph.fault("the bias '%s' is %s, expected one number a class".formatted(tensor, constant));
        }
        return constant.values();
    }

    /** The constant added behind the product. */
    private Optional<double[]> added() throws IOException {
        if (found.addend().isEmpty()) {
            return Optional.empty();
        }
        NodeProto sum = found.added().orElseThrow();
        String tensor = found.addend().get();
        if (sum.getOpType().equals("Add")) {
            return Optional.of(vector(constants.require(tensor), tensor));
        }
        int first = sum.getInput(0).equals(tensor) ? 0 : 3;
        return Optional.of(
                vector(constants.dequantise(tensor, sum.getInput(first + 1), Nodes.input(sum, first + 2), 0), tensor));
    }

    /** From {@code x B}, B of d rows and C columns. */
    private LinearLayer layer(Constant columns, double alpha, Optional<double[]> bias, double beta) throws IOException {
        if (columns.rank() != 2) {
            throw graph.fault(
                    "%s has a weight %s, expected a matrix".formatted(graph.describe(node.getOutput(0)), columns));
        }
        int d = columns.shape()[0];
        int classes = columns.shape()[1];
        Constant turned = columns.transposed();
        float[] weight = new float[turned.values().length];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (alpha * turned.values()[i]);
        }
        double[] sum = new double[classes];
        if (bias.isPresent()) {
            add(sum, bias.get(), beta);
        }
        Optional<double[]> behind = added();
        if (behind.isPresent()) {
            add(sum, behind.get(), 1);
        }
        float[] rounded = new float[classes];
        for (int c = 0; c < classes; c++) {
            rounded[c] = (float) sum[c];
        }
        return new LinearLayer(found.input(), classes, d, weight, rounded, columns.quantised());
    }

    private void add(double[] sum, double[] values, double factor) throws UnreadableGraphException {
        if (values.length != 1 && values.length != sum.length) {
            throw graph.fault("%s has %d classes and a bias of %d numbers"
                    .formatted(graph.describe(node.getOutput(0)), sum.length, values.length));
        }
        for (int c = 0; c < sum.length; c++) {
            sum[c] += factor * values[values.length == 1 ? 0 : c];
        }
    }
}
