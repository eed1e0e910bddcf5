// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphCutTest {
    private static final Path LAYOUTS = Path.of("..", "golden", "layouts");

    private static OnnxGraph golden(String file) throws IOException {
        return OnnxGraph.read(LAYOUTS.resolve(file), file);
    }

    private static ModelProto part(OnnxGraph graph, String... tensors) throws IOException {
        return ModelProto.parseFrom(graph.part(List.of(tensors), ByteBuffer::allocate));
    }

    private static ValueInfoProto named(String name) {
        return ValueInfoProto.newBuilder().setName(name).build();
    }

    @Test
    void part_clipInOneFile_hasOnlyWhatIsNeeded() throws IOException {
        OnnxGraph both = golden("hf-one-file/model.onnx");
        assertThat(both.inputs()).containsExactly("input_ids", "pixel_values", "attention_mask");
        assertThat(both.inputs(List.of("text_embeds"))).containsExactly("input_ids", "attention_mask");
        assertThat(both.inputs(List.of("before(image_embeds)"))).containsExactly("pixel_values");
        GraphProto images = part(both, "before(image_embeds)", "image_embeds").getGraph();
        GraphProto texts = part(both, "text_embeds").getGraph();
        assertThat(images.getInputList()).extracting(ValueInfoProto::getName).containsExactly("pixel_values");
        assertThat(images.getOutputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("before(image_embeds)", "image_embeds");
        assertThat(images.getInitializerList())
                .extracting(TensorProto::getName)
                .anyMatch(name -> name.startsWith("vision."))
                .noneMatch(name -> name.startsWith("text."));
        assertThat(texts.getInitializerList())
                .extracting(TensorProto::getName)
                .anyMatch(name -> name.startsWith("text."))
                .noneMatch(name -> name.startsWith("vision."));
        assertThatThrownBy(() -> part(both, "nothing"))
                .isInstanceOf(UnreadableGraphException.class)
                .hasMessageContaining("it has no tensor 'nothing'; its outputs are [logits_per_image");
    }

    @Test
    void part_bodyOfABranch_keepsWhatItReadsAround() throws IOException {
        GraphProto body = GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("Relu")
                        .addInput("outer")
                        .addOutput("inner"))
                .addOutput(named("inner"))
                .build();
        NodeProto branch = NodeProto.newBuilder()
                .setOpType("If")
                .addInput("condition")
                .addOutput("y")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(body))
                .build();
        GraphProto graph = GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder().setOpType("Abs").addInput("x").addOutput("outer"))
                .addNode(NodeProto.newBuilder().setOpType("Neg").addInput("z").addOutput("spare"))
                .addNode(branch)
                .addInput(named("x"))
                .addInput(named("z"))
                .addInput(named("condition"))
                .addOutput(named("y"))
                .addOutput(named("spare"))
                .build();
        OnnxGraph read =
                OnnxGraph.of(ModelProto.newBuilder().setGraph(graph).build().toByteArray(), "branch.onnx");
        assertThat(read.inputs(List.of("y"))).containsExactly("x", "condition");
        assertThat(part(read, "y").getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly("Abs", "If");
    }

    @Test
    void part_inputsAndOutputsLeftOut_joinNothing() throws IOException {
        GraphProto graph = GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("SkipLayerNormalization")
                        .addInput("ids")
                        .addOutput("texts")
                        .addOutput(""))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Clip")
                        .addInput("pixels")
                        .addInput("")
                        .addOutput("images"))
                .addInput(named("ids"))
                .addInput(named("pixels"))
                .addOutput(named("texts"))
                .addOutput(named("images"))
                .build();
        OnnxGraph read =
                OnnxGraph.of(ModelProto.newBuilder().setGraph(graph).build().toByteArray(), "omitted.onnx");
        assertThat(read.inputs(List.of("images"))).containsExactly("pixels");
        assertThat(part(read, "images").getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly("Clip");
    }

    @Test
    void tableRows_areThoseOfTheTokensTable() throws IOException {
        OnnxGraph texts = golden("hf-two-files/onnx/text_model.onnx");
        assertThat(texts.tableRows("input_ids")).hasValue(554);
        assertThat(texts.rank("input_ids")).hasValue(2);
        assertThat(golden("pair/textual/model.onnx").tableRows("text")).hasValue(554);
        assertThat(golden("hf-one-file/model.onnx").tableRows("attention_mask")).isEmpty();
        assertThat(golden("pair/visual/model.onnx").rank("image")).hasValue(4);
        assertThat(golden("pair/visual/model.onnx").tableRows("image")).isEmpty();
    }
}
