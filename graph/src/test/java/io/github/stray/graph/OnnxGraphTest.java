// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxGraphTest {
    private static final Path NETWORKS = Path.of("..", "golden", "graph");

    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addOutput(output)
                .addAllInput(List.of(inputs))
                .build();
    }

    private static NodeProto with(NodeProto node, String attribute, long value) {
        return node.toBuilder()
                .addAttribute(AttributeProto.newBuilder()
                        .setName(attribute)
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(value))
                .build();
    }

    private static TensorProto floats(String name, List<Long> shape, float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor.build();
    }

    private static byte[] bytes(List<NodeProto> nodes, TensorProto... constants) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .addInput(ValueInfoProto.newBuilder().setName("x"))
                .addOutput(ValueInfoProto.newBuilder().setName("z"))
                .addAllNode(nodes)
                .addAllInitializer(Arrays.asList(constants));
        return ModelProto.newBuilder().setGraph(graph).build().toByteArray();
    }

    private static OnnxGraph graph(List<NodeProto> nodes, TensorProto... constants) throws IOException {
        return OnnxGraph.of(bytes(nodes, constants), "net");
    }

    private static OnnxGraph golden(String file) throws IOException {
        return OnnxGraph.read(NETWORKS.resolve(file), file);
    }

    @Test
    void expose_outputsAndUnknownNames_addNothing() throws IOException {
        OnnxGraph graph = golden("clip-hidden.onnx");
        assertThat(graph.expose(List.of("image_embeds", "last_hidden_state", "nothing of the kind")))
                .isEmpty();
    }

    @Test
    void expose_isAPartOfTheGraphThatJoinsTheFirst() throws IOException {
        byte[] network = Files.readAllBytes(NETWORKS.resolve("clip-hidden.onnx"));
        byte[] addition = golden("clip-hidden.onnx").expose(List.of("before(image_embeds)", "patches(image_embeds)"));
        byte[] whole = Arrays.copyOf(network, network.length + addition.length);
        System.arraycopy(addition, 0, whole, network.length, addition.length);
        GraphProto joined = ModelProto.parseFrom(whole).getGraph();
        GraphProto alone = ModelProto.parseFrom(network).getGraph();
        assertThat(joined.getOutputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("image_embeds", "last_hidden_state", "before(image_embeds)", "patches(image_embeds)");
        assertThat(joined.getNodeList().subList(0, alone.getNodeCount())).isEqualTo(alone.getNodeList());
        assertThat(addition.length).isLessThan(2000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    clip-resnet.onnx | patches(image_embeds) | made from tokens by Gather of token 0 along axis 1
                    dino.onnx        | before(last_hidden_state) | a linear layer was looked for
                    dino.onnx        | patches(last_hidden_state) | what was found through Add
                    dino.onnx        | before(pixel_values) | and that is the network
                    dino.onnx        | class_token(image_embeds) | which is no tensor of the graph
                    """)
    void expose_graphOfAnotherShape_saysWhatWasLookedForAndFound(String file, String tensor, String message)
            throws IOException {
        OnnxGraph graph = golden(file);
        assertThatThrownBy(() -> graph.expose(List.of(tensor)))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageStartingWith(file)
                .hasMessageContaining(message);
    }

    @Test
    void expose_divisionByAnythingButTheNorm_isRefused() throws IOException {
        TensorProto weight = floats("w", List.of(2L, 2L), 1, 2, 3, 4);
        OnnxGraph byOther = graph(
                List.of(node("MatMul", "p", "x", "w"), node("ReduceL2", "n", "x"), node("Div", "z", "p", "n")), weight);
        assertThatThrownBy(() -> byOther.expose(List.of("before(z)")))
                .hasMessageContaining(
                        "was expected to divide by the Euclidean norm of 'p', and divides by ReduceL2 'n'");
        OnnxGraph byNorm = graph(
                List.of(node("MatMul", "p", "x", "w"), node("ReduceL2", "n", "p"), node("Div", "z", "p", "n")), weight);
        assertThat(ModelProto.parseFrom(byNorm.expose(List.of("before(z)")))
                        .getGraph()
                        .getOutputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("before(z)");
        OnnxGraph bySquare = graph(
                List.of(
                        node("MatMul", "p", "x", "w"),
                        node("Mul", "q", "p", "p"),
                        node("ReduceSum", "n", "q"),
                        node("Div", "z", "p", "n")),
                weight);
        assertThatThrownBy(() -> bySquare.expose(List.of("before(z)")))
                .hasMessageContaining("divides by ReduceSum 'n'");
    }

    @Test
    void linearLayer_whatIsNone_isNamed() throws IOException {
        TensorProto weight = floats("w", List.of(2L, 2L), 1, 2, 3, 4);
        assertThatThrownBy(() -> graph(List.of(node("MatMul", "p", "x", "w"), node("Softmax", "z", "p")), weight)
                        .linearLayer("z"))
                .hasMessageContaining("what was found is Softmax 'z' of [p]");
        assertThatThrownBy(() -> graph(List.of(node("MatMul", "z", "x", "y"))).linearLayer("z"))
                .hasMessageContaining("multiplies by 'y', which is no constant");
        assertThatThrownBy(() -> graph(List.of(with(node("Gemm", "z", "x", "w"), "transA", 1)), weight)
                        .linearLayer("z"))
                .hasMessageContaining("turns its input (transA)");
        assertThatThrownBy(() -> graph(List.of(node("Conv", "z", "x", "w")), floats("w", List.of(1L, 1L, 2L, 1L), 1, 2))
                        .linearLayer("z"))
                .hasMessageContaining("only a 1x1 convolution is a linear layer");
        assertThatThrownBy(() -> graph(
                                List.of(node("MatMul", "p", "x", "w"), node("Add", "z", "p", "b")),
                                weight,
                                floats("b", List.of(3L), 1, 2, 3))
                        .linearLayer("z"))
                .hasMessageContaining("has 2 classes and a bias of 3 numbers");
        assertThatThrownBy(() -> graph(List.of(node("MatMul", "z", "x", "w")), floats("w", List.of(2L, 2L), 1))
                        .linearLayer("z"))
                .hasMessageContaining("holds 1 of 4 values: damaged");
    }

    @Test
    @SuppressWarnings("CheckReturnValue")
    void graphsThatRunInCircles_end() throws IOException {
        OnnxGraph circle = graph(List.of(node("Identity", "z", "y"), node("Identity", "y", "z")));
        assertThatThrownBy(() -> circle.linearLayer("z")).isInstanceOf(UnreadableGraphException.class);
        OnnxGraph weight =
                graph(List.of(node("MatMul", "z", "x", "y"), node("Identity", "y", "w"), node("Identity", "w", "y")));
        assertThatThrownBy(() -> weight.linearLayer("z")).hasMessageContaining("which is no constant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.bin", "/etc/hostname", "absent.bin", ""})
    void linearLayer_externalDataElsewhere_isRefused(String location, @TempDir Path folder) throws IOException {
        Path home = Files.createDirectory(folder.resolve("model"));
        Files.write(folder.resolve("secret.bin"), new byte[16]);
        TensorProto weight = TensorProto.newBuilder()
                .setName("w")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(List.of(2L, 2L))
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .build();
        Path file = Files.write(home.resolve("net.onnx"), bytes(List.of(node("MatMul", "z", "x", "w")), weight));
        OnnxGraph graph = OnnxGraph.read(file, "net.onnx");
        assertThatThrownBy(() -> graph.linearLayer("z"))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining("which is no file in the network's folder");
    }

    @Test
    void linearLayer_externalData_isThatOfTheWholeFile() throws IOException {
        LinearLayer whole = golden("clip-projected.onnx").linearLayer("image_embeds");
        LinearLayer apart = golden("clip-external.onnx").linearLayer("image_embeds");
        assertThat(apart.weight()).containsExactly(whole.weight());
        assertThat(whole.weight()).hasSize(16 * 24);
    }

    @Test
    void linearLayer_externalDataTooShort_isRefused(@TempDir Path folder) throws IOException {
        byte[] data = Files.readAllBytes(NETWORKS.resolve("clip-external.bin"));
        Files.write(folder.resolve("clip-external.bin"), Arrays.copyOf(data, 100));
        Path file = Files.copy(NETWORKS.resolve("clip-external.onnx"), folder.resolve("net.onnx"));
        OnnxGraph graph = OnnxGraph.read(file, "net.onnx");
        assertThatThrownBy(() -> graph.linearLayer("image_embeds"))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining("needs 1536 bytes, and its external data are");
    }

    @Test
    void externalFiles_areThoseOfConstantsAndBodiesToo() throws IOException {
        NodeProto inner = constant("inner", "onnx__MatMul_9");
        GraphProto body = GraphProto.newBuilder()
                .addNode(inner)
                .addInitializer(external("net.onnx_data"))
                .build();
        NodeProto branch = node("If", "z", "x").toBuilder()
                .addAttribute(AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(body))
                .build();
        OnnxGraph graph = graph(
                List.of(constant("mask", "Constant_7_attr__value"), branch),
                external("visual.proj"),
                floats("here", List.of(1L), 1));
        assertThat(graph.externalFiles())
                .containsExactly("Constant_7_attr__value", "net.onnx_data", "onnx__MatMul_9", "visual.proj");
    }

    private static TensorProto external(String location) {
        return TensorProto.newBuilder()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .build();
    }

    private static NodeProto constant(String output, String location) {
        return node("Constant", output).toBuilder()
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(external(location)))
                .build();
    }

    @Test
    void read_damagedFile_saysSo() throws IOException {
        byte[] whole = Files.readAllBytes(NETWORKS.resolve("clip-hidden.onnx"));
        assertThatThrownBy(() -> OnnxGraph.of(Arrays.copyOf(whole, whole.length / 2), "cut.onnx"))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageStartingWith("cut.onnx is damaged, truncated or no ONNX network");
        assertThatThrownBy(() -> OnnxGraph.of("<html>no network</html>".getBytes(StandardCharsets.UTF_8), "page.onnx"))
                .isInstanceOf(UnreadableGraphException.class);
    }
}
