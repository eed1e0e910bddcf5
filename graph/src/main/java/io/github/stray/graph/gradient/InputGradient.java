// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/**
 * The gradient of a network with respect to its image, as further nodes of the network's own graph: put behind its bytes,
 * they make a network that gives value and gradient in one run, of the same file, in the same engine.
 *
 * <h2>What is differentiated</h2>
 *
 * Row by row, so that images of a batch do not meet: {@link Objective#COSINE}, the cosine of a row of the tensor with a row
 * of the target, or {@link Objective#PRODUCT}, their inner product. The gradient of any scalar s of the tensor y is that of
 * the product with ds/dy as the target.
 *
 * <h2>Method and cost</h2>
 *
 * Reverse accumulation over the nodes between image and tensor: an operator's rule says how the gradients of its inputs
 * follow from those of its outputs. All shapes are known beforehand ({@link TensorFacts}), so broadcasting is undone by
 * sums over fixed axes and nothing is computed about shapes in a run. Weights are referred to, not copied. Where a function
 * has a kink the gradient is PyTorch's: 0 at 0 for ReLU, 1 at the bounds of Clip, the first of equal maxima in MaxPool,
 * equal shares in Max and ReduceMax, 0 at 0 for a Euclidean norm. One differs: equal maxima in GlobalMaxPool share.
 *
 * @param addition bytes to append to the network
 * @param target name of the further input, float32 of the tensor's shape
 * @param value name of an output {@code [batch]}, the cosines or products
 * @param gradient name of an output of the image's shape, the gradient of their sum
 */
@SuppressWarnings("ArrayRecordComponent")
public record InputGradient(byte[] addition, String target, String value, String gradient) {

    /** What of the tensor is differentiated. */
    public enum Objective {
        /** Cosine of each row with the target's; where one is zero, 0 and without a gradient. */
        COSINE,
        /** Inner product of each row with the target's. */
        PRODUCT
    }

    private static final int OLDEST_OPSET = 11;
    private static final String TARGET = "gradient/target";
    private static final String VALUE = "gradient/value";
    private static final String GRADIENT = "gradient/image";

    /**
     * Checks that a network can be differentiated, without running it.
     *
     * @param graph the network
     * @param input name of its image input
     * @param tensor a tensor of it
     * @throws UnreadableGraphException if an operator between the two has no gradient, or is quantised; the message names
     *     the operator and the node
     */
    public static void requireDifferentiable(OnnxGraph graph, String input, String tensor)
            throws UnreadableGraphException {
        if (graph.opset() < OLDEST_OPSET) {
            throw graph.fault(
                    "it is of ONNX operator set %d, and gradients need %d or newer: export the network again, or convert it with onnx.version_converter"
                            .formatted(graph.opset(), OLDEST_OPSET));
        }
        Emitter unused = new Emitter(GraphProto.newBuilder(), graph.opset());
        new Backward(graph, input, tensor, new TensorFacts(java.util.Map.of()), unused).requireRules(input, tensor);
    }

    /** {@return ONNX names of the operators that have a gradient} */
    public static Set<String> operators() {
        return Backward.operators();
    }

    /**
     * Builds the way back for batches of one size.
     *
     * @param graph the network
     * @param input name of its image input
     * @param tensor the tensor to differentiate, {@code [batch, ..]}
     * @param objective what of it
     * @param facts shapes of all tensors for that batch
     * @return what to add
     * @throws IOException as {@link #requireDifferentiable}, if facts are missing, or external data cannot be read
     */
    public static InputGradient of(OnnxGraph graph, String input, String tensor, Objective objective, TensorFacts facts)
            throws IOException {
        requireDifferentiable(graph, input, tensor);
        GraphProto.Builder addition = GraphProto.newBuilder();
        var emit = new Emitter(addition, graph.opset());
        var backward = new Backward(graph, input, tensor, facts, emit);
        long[] shape = backward.shape(tensor);
        if (shape.length < 1) {
            throw graph.fault("'%s' is a single number, expected a row an image".formatted(tensor));
        }
        addition.addInput(input(shape));
        long[] rows = {shape[0], Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b)};
        String y = emit.reshape(tensor, shape, rows);
        String target = emit.reshape(TARGET, shape, rows);
        String product = sum(emit, emit.multiply(y, target));
        String seed = target;
        String value = product;
        if (objective == Objective.COSINE) {
            String length = norm(emit, y);
            String targetLength = norm(emit, target);
            value = emit.divide(emit.divide(product, length), targetLength);
            String along = emit.multiply(emit.divide(y, length), value);
            seed = emit.divide(emit.subtract(emit.divide(target, targetLength), along), length);
        }
        emit.named(VALUE, "Reshape", java.util.List.of(value, emit.integers(shape[0])));
        String image = backward.run(input, tensor, emit.reshape(seed, rows, shape));
        emit.named(GRADIENT, "Identity", java.util.List.of(image));
        addition.addOutput(ValueInfoProto.newBuilder().setName(VALUE));
        addition.addOutput(ValueInfoProto.newBuilder().setName(GRADIENT));
        byte[] bytes = ModelProto.newBuilder().setGraph(addition).build().toByteArray();
        return new InputGradient(bytes, TARGET, VALUE, GRADIENT);
    }

    private static String sum(Emitter emit, String rows) {
        return emit.reduceSum(rows, new long[] {1});
    }

    private static String norm(Emitter emit, String rows) {
        return emit.divisor(emit.apply("Sqrt", sum(emit, emit.multiply(rows, rows))));
    }

    private static ValueInfoProto input(long[] shape) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        for (long size : shape) {
            sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(TARGET)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(sizes)))
                .build();
    }
}
