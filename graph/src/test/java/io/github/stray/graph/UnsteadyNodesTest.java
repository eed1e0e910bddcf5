// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnsteadyNodesTest {
    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder().setOpType(operator).addOutput(output).addAllInput(List.of(inputs));
    }

    private static NodeProto.Builder normalisation(String input, long training) {
        return node("BatchNormalization", "y", input, "scale", "bias", "mean", "variance")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("training_mode")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(training));
    }

    private static OnnxGraph graph(NodeProto.Builder... nodes) throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .addInitializer(TensorProto.newBuilder().setName("w").setDataType(TensorProto.DataType.FLOAT_VALUE));
        Arrays.stream(nodes).forEach(graph::addNode);
        return OnnxGraph.of(ModelProto.newBuilder().setGraph(graph).build().toByteArray(), "net");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RandomUniformLike", "RandomNormal", "Bernoulli", "Multinomial"})
    void drawing_operatorsThatDraw_areNamed(String operator) throws IOException {
        assertThat(UnsteadyNodes.drawing(graph(node("Relu", "r", "x"), node(operator, "noise", "r"))))
                .hasValue(operator + " 'noise' of [r]");
    }

    @Test
    void drawing_dropoutOfInference_drawsNothing() throws IOException {
        assertThat(UnsteadyNodes.drawing(graph(node("Dropout", "d", "x", "ratio"))))
                .isEmpty();
        assertThat(UnsteadyNodes.drawing(graph(node("Dropout", "d", "x", "ratio", "training"))))
                .hasValue("Dropout 'd' of [x, ratio, training]");
    }

    @Test
    void ranging_quantisationByTheBatch_isNamed() throws IOException {
        assertThat(UnsteadyNodes.ranging(graph(node("DynamicQuantizeLinear", "q", "x"))))
                .hasValue("DynamicQuantizeLinear 'q' of [x]");
        assertThat(UnsteadyNodes.ranging(graph(node("QuantizeLinear", "q", "x", "s"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"x, 1, true", "x, 0, false", "w, 1, false"})
    void training_normalisationOfImages_isNamed(String input, long mode, boolean found) throws IOException {
        assertThat(UnsteadyNodes.training(graph(normalisation(input, mode))).isPresent())
                .isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource({"Pad, Identity, true", "Pad, Cast, true", "Pad, Relu, false", "Conv, Identity, false"})
    void padBeforeMaxPool_alsoBehindWhatChangesNothing_isFound(String first, String between, boolean found)
            throws IOException {
        OnnxGraph graph = graph(
                node(first, "p", "x", "w"),
                node(between, "b", "p"),
                node("MaxPool", "m", "b"),
                node("MaxPool", "n", "x"));
        assertThat(RuntimeFaults.padBeforeMaxPool(graph)).isEqualTo(found);
    }
}
