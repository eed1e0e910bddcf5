// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What exporters write around the last linear layer, one graph a line: {@code Operator output input..; ..}. */
class LinearSearchTest {
    private static OnnxGraph graph(String text, TensorProto... constants) throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .addInput(ValueInfoProto.newBuilder().setName("x"))
                .addInput(declared("map", 4))
                .addInput(declared("tokens", 3))
                .addOutput(ValueInfoProto.newBuilder().setName("z"));
        for (TensorProto constant : constants) {
            graph.addInitializer(constant);
        }
        graph.addInitializer(floats("one", List.of(), 1))
                .addInitializer(floats("two", List.of(), 2))
                .addInitializer(floats("half", List.of(), 0.5f))
                .addInitializer(floats("minusHalf", List.of(), -0.5f))
                .addInitializer(floats("tiny", List.of(), 1e-12f))
                .addInitializer(floats("w", List.of(2L, 2L), 1, 2, 3, 4))
                .addInitializer(floats("v", List.of(2L, 2L), 5, 6, 7, 8))
                .addInitializer(floats("b", List.of(2L), 10, 20))
                .addInitializer(bytes("ints", List.of(2L, 2L), 1, 2, 3, 4))
                .addInitializer(floats("scale", List.of(), 0.25f))
                .addInitializer(bytes("zero", List.of(), 1));
        for (String line : text.split(";", -1)) {
            List<String> words = List.of(line.strip().split(" +", -1));
            graph.addNode(NodeProto.newBuilder()
                    .setOpType(words.get(0))
                    .addAllOutput(List.of(words.get(1).split(",")))
                    .addAllInput(words.subList(2, words.size())));
        }
        return OnnxGraph.of(
                ModelProto.newBuilder()
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                        .setGraph(graph)
                        .build()
                        .toByteArray(),
                "net");
    }

    private static ValueInfoProto declared(String name, int rank) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int i = 0; i < rank; i++) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("d" + i));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setShape(shape)))
                .build();
    }

    private static TensorProto floats(String name, List<Long> shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(shape)
                .setRawData(ByteString.copyFrom(bytes.flip()))
                .build();
    }

    private static TensorProto bytes(String name, List<Long> shape, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT8_VALUE)
                .addAllDims(shape)
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }

    private static List<String> operators(OnnxGraph graph, String expression) throws IOException {
        return ModelProto.parseFrom(graph.expose(List.of(expression))).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ReduceL2 n p; Div z p n",
                "ReduceL2 n p; Clip c n tiny; Expand e c one; Div z p e",
                "ReduceL2 n p; Add c n tiny; Div z p c",
                "ReduceL2 n p; Max c tiny n; Div z p c",
                "Pow s p two; ReduceSum r s; Pow n r half; Div z p n",
                "Pow s p two; ReduceSum r s; Sqrt n r; Div z p n",
                "Mul s p p; ReduceSum r s; Add e r tiny; Sqrt n e; Div z p n",
                "ReduceSumSquare r p; Sqrt n r; Div z p n",
                "ReduceSumSquare r p; Sqrt n r; Reciprocal i n; Mul z p i",
                "ReduceSumSquare r p; Sqrt n r; Div i one n; Mul z i p",
                "ReduceSumSquare r p; Pow i r minusHalf; Mul z p i",
                "Cast c p; ReduceL2 n c; Cast d n; Div e p d; Cast z e",
                "LpNormalization z p",
                "Softmax z p",
                "LogSoftmax a p; Reshape z a one",
                "Sigmoid z p",
                "Cast z p",
                "Dropout d,mask p; Squeeze s d; Cast z s"
            })
    void before_whatStandsBehindTheLastLayer_isWalkedOver(String behind) throws IOException {
        OnnxGraph graph = graph("MatMul m x w; Add p m b; " + behind);
        assertThat(graph.sameValues("before(z)", "x")).isTrue();
        assertThat(operators(graph, "before(z)")).containsExactly("Identity");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ReduceL2 n x; Div z p n",
                "ReduceSumSquare n p; Div z p n",
                "ReduceSumSquare r p; Reciprocal i r; Mul z p i",
                "ReduceL1 n p; Div z p n",
                "Relu z p",
                "Mul z p two"
            })
    void before_whatChangesMore_isRefused(String behind) throws IOException {
        OnnxGraph graph = graph("MatMul m x w; Add p m b; " + behind);
        assertThatThrownBy(() -> graph.expose(List.of("before(z)"))).isInstanceOf(UnreadableGraphException.class);
    }

    @Test
    void logitsOf_isWhatStandsInFrontOfTheLastActivation() throws IOException {
        assertThat(new NetworkEnd(graph("MatMul p x w; Softmax s p; Flatten z s")).logitsOf("z"))
                .hasValue("p");
        assertThat(new NetworkEnd(graph("MatMul p x w; Sigmoid z p")).logitsOf("z"))
                .hasValue("p");
        assertThat(new NetworkEnd(graph("MatMul z x w")).logitsOf("z")).isEmpty();
    }

    @Test
    void meanOfTwoHeads_ofOneTensor_hasTheMeanOfTheirWeights() throws IOException {
        for (String mean : List.of("Div z s two", "Mul z s half")) {
            OnnxGraph graph = graph("MatMul m x w; Add p m b; MatMul q x v; Add s p q; " + mean);
            LinearLayer layer = graph.linearLayer("z");
            assertThat(layer.input()).isEqualTo("x");
            assertThat(layer.weight()).containsExactly(3, 5, 4, 6);
            assertThat(layer.bias()).containsExactly(5, 10);
            assertThat(graph.sameValues("before(z)", layer.input())).isTrue();
            assertThat(operators(graph, "before(z)")).containsExactly("Identity");
        }
    }

    @Test
    void meanOfTwoHeads_ofTwoTensors_readsThemSideBySide() throws IOException {
        OnnxGraph graph = graph("Relu y x; MatMul p x w; MatMul q y v; Add s p q; Div z s two");
        LinearLayer layer = graph.linearLayer("z");
        assertThat(layer.dimension()).isEqualTo(4);
        assertThat(layer.weight()).containsExactly(0.5f, 1.5f, 2.5f, 3.5f, 1, 2, 3, 4);
        assertThat(graph.sameValues("before(z)", layer.input())).isTrue();
        assertThat(operators(graph, "before(z)")).containsExactly("Concat", "Identity");
        assertThatThrownBy(() -> graph.expose(List.of("patches(z)")))
                .hasMessageContaining("the mean of 2 linear layers");
    }

    @Test
    void meanOfTwoHeads_ofOtherCounts_isRefused() throws IOException {
        OnnxGraph graph = graph(
                "MatMul p x w; MatMul q x u; Add s p q; Div z s two", floats("u", List.of(2L, 3L), 1, 2, 3, 4, 5, 6));
        assertThatThrownBy(() -> graph.linearLayer("z")).hasMessageContaining("the mean of 2 and of 3 classes");
    }

    @Test
    void dynamicallyQuantisedLayer_isReadAtItsScale() throws IOException {
        OnnxGraph graph = graph("DynamicQuantizeLinear xq,xs,xz x; Mul f xs scale; MatMulInteger i xq ints xz zero; "
                + "Cast c i; Mul m c f; Add z m b");
        assertThat(graph.sameValues("before(z)", "x")).isTrue();
        LinearLayer layer = graph.linearLayer("z");
        assertThat(layer.weight()).containsExactly(0, 0.5f, 0.25f, 0.75f);
        assertThat(layer.bias()).containsExactly(10, 20);
        assertThat(layer.dequantised()).isTrue();
    }

    @Test
    void mean_isOverTokensOrPlaces() throws IOException {
        assertThat(operators(graph("Relu z map"), "mean(z)"))
                .containsExactly("GlobalAveragePool", "Flatten", "Identity");
        assertThat(operators(graph("Relu z tokens"), "mean(tokens(z, 5..))"))
                .containsExactly("Slice", "Transpose", "GlobalAveragePool", "Flatten", "Identity");
        assertThat(operators(graph("LayerNormalization l x; Relu z l"), "mean(z)"))
                .contains("Transpose");
        assertThat(operators(graph("Relu z tokens"), "class_token(tokens(z, 1..))"))
                .containsExactly("Slice", "Gather", "Identity");
        assertThatThrownBy(() -> graph("Relu z x").expose(List.of("mean(z)")))
                .hasMessageContaining("needs to know whether 'z' is [n, tokens, d] or [n, d, h, w]");
        assertThatThrownBy(() -> graph("Relu z map").expose(List.of("mean(nothing)")))
                .hasMessageContaining("which is no tensor of the graph");
    }

    @Test
    void attributesOfTheMean_turnTokensBehind() throws IOException {
        List<AttributeProto> attributes = new ArrayList<>();
        ModelProto.parseFrom(graph("Relu z tokens").expose(List.of("mean(z)")))
                .getGraph()
                .getNodeList()
                .forEach(node -> attributes.addAll(node.getAttributeList()));
        assertThat(attributes.getFirst().getIntsList()).containsExactly(0L, 2L, 1L);
    }
}
