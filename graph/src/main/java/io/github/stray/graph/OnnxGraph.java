// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The graph of an ONNX network. A file is mapped and its weights are not read until a head is asked for, so a network of
 * gigabytes costs megabytes here. Nothing is run. Safe for concurrent use.
 *
 * <h2>Layers that are no outputs</h2>
 *
 * {@link #expose} takes names of hidden tensors, and expressions: {@code before(NAME)}, what the last linear layer in
 * front of NAME reads; {@code patches(NAME)}, the linear projection of the class token that NAME is, of all other tokens;
 * {@code class_token(T)}, the first token of T; {@code tokens(T, K..)}, its tokens from the K-th on; {@code mean(T)}, their
 * mean, or that over the places of a map. T is a name, or one of the last three expressions.
 */
public final class OnnxGraph {
    /** Operators of ONNX and of ONNX Runtime that bring values to integers, or multiply integers. */
    private static final Set<String> QUANTISED = Set.of(
            "QuantizeLinear",
            "DynamicQuantizeLinear",
            "QLinearConv",
            "QLinearMatMul",
            "ConvInteger",
            "MatMulInteger",
            "QGemm",
            "QAttention",
            "DynamicQuantizeMatMul",
            "MatMulIntegerToFloat");

    /** Operators that keep the numbers of a list of tokens. */
    private static final Set<String> KEEPING =
            Set.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Expand");

    private final String name;
    private final ModelProto model;
    private final Optional<Path> folder;
    private final GraphProto graph;
    private final long opset;
    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, TensorProto> initializers = new HashMap<>();
    private final Constants constants;

    private OnnxGraph(ByteString bytes, String name, Optional<Path> folder) throws UnreadableGraphException {
        this(parse(bytes, name), name, folder);
    }

    private static ModelProto parse(ByteString bytes, String name) throws UnreadableGraphException {
        try {
            CodedInputStream in = bytes.newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            in.checkLastTagWas(0);
            if (FunctionCalls.tooMany(model)) {
                throw new UnreadableGraphException(
                        "%s has functions that call each other: it would have more than %d nodes, or calls too deep to count"
                                .formatted(name, FunctionCalls.MOST_NODES));
            }
            return model;
        } catch (UnreadableGraphException e) {
            throw e;
        } catch (InvalidProtocolBufferException e) {
            throw new UnreadableGraphException(
                    "%s is damaged, truncated or no ONNX network: %s".formatted(name, e.getMessage()), e);
        } catch (IOException e) {
            throw new UnreadableGraphException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
        }
    }

    private OnnxGraph(ModelProto model, String name, Optional<Path> folder) {
        this.name = name;
        this.model = model;
        this.folder = folder;
        this.graph = model.getGraph();
        this.opset = model.getOpsetImportList().stream()
                .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
                .mapToLong(OperatorSetIdProto::getVersion)
                .findFirst()
                .orElse(0);
        for (NodeProto node : graph.getNodeList()) {
            for (String output : node.getOutputList()) {
                producers.put(output, node);
            }
        }
        for (TensorProto initializer : graph.getInitializerList()) {
            initializers.put(initializer.getName(), initializer);
        }
        this.constants = new Constants(this, folder);
    }

    /**
     * Reads the graph of a file.
     *
     * @param file the {@code .onnx} file; external data is looked for in its folder
     * @param name for messages
     * @return its graph
     * @throws UnreadableGraphException if it is no ONNX network
     * @throws IOException if it cannot be read
     */
    public static OnnxGraph read(Path file, String name) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new UnreadableGraphException(
                        "%s has %d bytes, and an ONNX file holds at most 2 GiB: larger networks keep their weights in external data"
                                .formatted(name, channel.size()));
            }
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return new OnnxGraph(UnsafeByteOperations.unsafeWrap(mapped), name, Optional.ofNullable(folder));
        }
    }

    /**
     * Reads a graph from memory.
     *
     * @param bytes all of a {@code .onnx} file; must not change
     * @param name for messages
     * @return its graph
     * @throws UnreadableGraphException if it is no ONNX network
     */
    public static OnnxGraph of(byte[] bytes, String name) throws UnreadableGraphException {
        return new OnnxGraph(UnsafeByteOperations.unsafeWrap(bytes), name, Optional.empty());
    }

    /**
     * {@return whether an operator quantises its input or takes quantised input, so that rounding may move a value by a
     * whole step} ONNX Runtime may compute in integers where only weights are dequantised, too.
     */
    public boolean quantised() {
        return graph.getNodeList().stream()
                .map(NodeProto::getOpType)
                .anyMatch(operator -> quantises(operator) || operator.equals("DequantizeLinear"));
    }

    /** {@return whether weights are kept in half precision, so that rounding moves a value by a thousandth} */
    public boolean halfPrecision() {
        return graph.getInitializerList().stream()
                .anyMatch(weight -> weight.getDataType() == TensorProto.DataType.FLOAT16_VALUE);
    }

    /**
     * {@return names of what a node reads: its inputs, empty where they are left out, and what the bodies of its
     * branches or loop read around them by name, also names that are only known inside of a body}
     *
     * @param node of a graph
     */
    public static List<String> reads(NodeProto node) {
        return GraphCut.read(node);
    }

    /**
     * {@return whether an operator computes in integers: quantises its input or takes quantised input}
     *
     * @param operator its ONNX name
     */
    public static boolean quantises(String operator) {
        return QUANTISED.contains(operator);
    }

    /** {@return names of the inputs that the network must be given, which are those without a value of their own} */
    public List<String> inputs() {
        return graph.getInputList().stream()
                .map(ValueInfoProto::getName)
                .filter(input -> !initializers.containsKey(input))
                .toList();
    }

    /**
     * {@return how many sizes a tensor has: 4 for images and maps, 3 for tokens of images, 2 for those of texts; empty
     * where the graph does not tell}
     *
     * @param tensor name of an input, an output or a hidden tensor
     */
    public OptionalInt rank(String tensor) {
        return new DeclaredShapes(this).rank(tensor);
    }

    /**
     * The side of the squares that a network cuts an image into: the kernel and stride of its first convolution.
     *
     * @return pixels; empty where its first convolution overlaps, or there is none
     */
    public OptionalInt patchSize() {
        return graph.getNodeList().stream()
                .filter(node -> node.getOpType().equals("Conv"))
                .limit(1)
                .map(NodeAttributes::of)
                .filter(conv -> conv.integers("kernel_shape").equals(conv.integers("strides")))
                .map(conv -> conv.integers("strides"))
                .filter(sides ->
                        sides.size() == 2 && sides.get(0) > 1 && sides.get(0).equals(sides.get(1)))
                .mapToInt(sides -> Math.toIntExact(sides.get(0)))
                .findFirst();
    }

    /**
     * {@return the part of {@link #inputs} that some tensors depend on}
     *
     * @param tensors names of tensors, and expressions
     * @throws UnreadableGraphException if the graph has not the shape that an expression needs
     */
    public List<String> inputs(Collection<String> tensors) throws IOException {
        GraphCut cut = GraphCut.to(merged(tensors), tensors);
        return inputs().stream().filter(cut::needs).toList();
    }

    /**
     * The part of the network that some tensors depend on, as a network of its own: these are its outputs, and it takes only
     * the inputs that they need. Weights in external data stay where they are.
     *
     * @param tensors names of tensors, and expressions
     * @param memory gives a buffer of a number of bytes
     * @return the buffer, filled with the network
     * @throws UnreadableGraphException if the graph has not the shape that an expression needs, or no such tensor
     * @throws IOException if external data cannot be read
     */
    public ByteBuffer part(Collection<String> tensors, IntFunction<ByteBuffer> memory) throws IOException {
        GraphProto whole = merged(tensors);
        GraphProto.Builder kept = GraphCut.to(whole, tensors).kept();
        for (String tensor : tensors) {
            kept.addOutput(whole.getOutputList().stream()
                    .filter(output -> output.getName().equals(tensor))
                    .findFirst()
                    .orElseThrow(
                            () -> fault("it has no tensor '%s'; its outputs are %s".formatted(tensor, outputs()))));
        }
        ModelProto cut = model.toBuilder().setGraph(kept).build();
        ByteBuffer bytes = memory.apply(cut.getSerializedSize());
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        cut.writeTo(out);
        out.flush();
        return bytes.flip();
    }

    private GraphProto merged(Collection<String> tensors) throws IOException {
        return graph.toBuilder()
                .mergeFrom(ModelProto.parseFrom(expose(tensors)).getGraph())
                .build();
    }

    /**
     * {@return the rows of the table that an input of whole numbers is looked up in, such as the embeddings of a text's
     * tokens; empty where the input is not looked up in a constant}
     *
     * @param input name of an input
     */
    public OptionalLong tableRows(String input) {
        for (NodeProto node : graph.getNodeList()) {
            boolean table = node.getOpType().equals("Gather")
                    && NodeAttributes.of(node).integer("axis", 0) == 0
                    && constants.contains(node.getInput(0))
                    && skip(node.getInput(1), KEEPING).equals(input);
            if (table) {
                return constants.rows(node.getInput(0));
            }
        }
        return OptionalLong.empty();
    }

    /** Back over the first inputs of nodes of these operators; the same tensor where another made it. */
    String skip(String tensor, Set<String> operators) {
        String at = tensor;
        for (int step = 0; step <= size(); step++) {
            NodeProto node = producers.get(at);
            if (node == null || !operators.contains(node.getOpType())) {
                return at;
            }
            at = node.getInput(0);
        }
        return at;
    }

    /**
     * What to put behind the bytes of the network so that it has further outputs under the names given. Names of its outputs
     * and unknown names add nothing. The network's own bytes, and where its weights lie, stay as they are: in the format
     * that ONNX uses, a second part of the graph is joined to the first.
     *
     * @param tensors names of tensors, and expressions
     * @return bytes to append, none if there is nothing to add
     * @throws UnreadableGraphException if the graph has not the shape that an expression needs
     */
    public byte[] expose(Collection<String> tensors) throws IOException {
        GraphProto.Builder addition = GraphProto.newBuilder();
        for (String tensor : tensors) {
            boolean output = graph.getOutputList().stream()
                    .anyMatch(known -> known.getName().equals(tensor));
            if (output) {
                continue;
            }
            if (producers.containsKey(tensor)) {
                addition.addOutput(ValueInfoProto.newBuilder().setName(tensor));
            } else if (LayerExpression.of(tensor).kind() != LayerExpression.Kind.TENSOR) {
                new Exposure(this, tensor, addition).add();
            }
        }
        if (addition.getOutputCount() == 0) {
            return new byte[0];
        }
        return ModelProto.newBuilder().setGraph(addition).build().toByteArray();
    }

    /**
     * {@return the last linear layer in front of a tensor of logits, dequantised where its weights are integers: Gemm,
     * MatMul, MatMul + Add, 1x1 Conv, or one of them quantised}
     *
     * @param logits name of the tensor, or an expression
     * @throws UnreadableGraphException if there is none, or it is of a kind that is not read
     * @throws IOException if external data cannot be read
     */
    public LinearLayer linearLayer(String logits) throws IOException {
        return LinearReader.read(this, new LinearSearch(this).find(logits, false));
    }

    /**
     * {@return whether two tensors hold the same numbers, coming from the same tensor through nothing but changes of
     * shape and rounding to integers}
     *
     * @param one name of a tensor, or an expression
     * @param other name of a tensor, or an expression
     * @throws UnreadableGraphException if an expression does not fit the graph
     */
    public boolean sameValues(String one, String other) throws IOException {
        return origin(one).equals(origin(other));
    }

    private String origin(String tensor) throws IOException {
        LayerExpression expression = LayerExpression.of(tensor);
        LinearSearch search = new LinearSearch(this);
        return search.skip(
                expression.kind() == LayerExpression.Kind.BEFORE
                                && producer(tensor).isEmpty()
                        ? String.join(", ", search.inputs(expression.of()))
                        : tensor);
    }

    /** {@return names of the outputs that the network offers by itself} */
    public List<String> outputs() {
        return graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
    }

    /**
     * {@return places of the files that hold weights of the network, relative to its folder; none if all weights are in
     * the graph} Weights are its initializers and the constants of its nodes, those inside of branches, loops and functions
     * too.
     */
    public List<String> externalFiles() {
        return StoredTensors.of(model)
                .filter(weight -> weight.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
                .flatMap(weight -> weight.getExternalDataList().stream())
                .filter(entry -> entry.getKey().equals("location"))
                .map(StringStringEntryProto::getValue)
                .map(location -> location.startsWith("./") ? location.substring(2) : location)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * {@return the same network with further outputs, in which expressions are tensors of their own}
     *
     * @param tensors as for {@link #expose}
     * @throws IOException as for {@link #expose}
     */
    public OnnxGraph withOutputs(Collection<String> tensors) throws IOException {
        byte[] addition = expose(tensors);
        return addition.length == 0
                ? this
                : new OnnxGraph(model.toBuilder().mergeFrom(addition).build(), name, folder);
    }

    /** {@return names of all tensors that nodes make, in the order of the graph} */
    public List<String> tensors() {
        return graph.getNodeList().stream()
                .flatMap(node -> node.getOutputList().stream())
                .filter(tensor -> !tensor.isEmpty())
                .toList();
    }

    /**
     * {@return values of an initializer of whole numbers; empty if there is no initializer of that name and of type
     * INT64 or INT32}
     *
     * @param tensor its name
     * @throws IOException if it is damaged, or lies in external data that cannot be read
     */
    public Optional<long[]> integers(String tensor) throws IOException {
        int type = initializer(tensor).map(TensorProto::getDataType).orElse(0);
        return type == TensorProto.DataType.INT64_VALUE || type == TensorProto.DataType.INT32_VALUE
                ? Optional.of(Arrays.stream(constants.require(tensor).values())
                        .mapToLong(value -> (long) value)
                        .toArray())
                : Optional.empty();
    }

    /** {@return what its exporter says of the network: keys and texts, of any content} */
    public Map<String, String> metadata() {
        return model.getMetadataPropsList().stream()
                .collect(Collectors.toMap(
                        StringStringEntryProto::getKey, StringStringEntryProto::getValue, (a, b) -> b));
    }

    /** {@return the graph as it is stored, for packages that add to it; immutable} */
    public GraphProto proto() {
        return graph;
    }

    /** {@return name of the file for messages: path or resource name} */
    public String name() {
        return name;
    }

    /** Number of nodes. */
    int size() {
        return graph.getNodeCount();
    }

    /** {@return version of ONNX's own operators that the network is written in, 0 if it names none} */
    public long opset() {
        return opset;
    }

    Optional<NodeProto> producer(String tensor) {
        return Optional.ofNullable(producers.get(tensor));
    }

    Optional<TensorProto> initializer(String tensor) {
        return Optional.ofNullable(initializers.get(tensor));
    }

    Constants constants() {
        return constants;
    }

    /**
     * {@return a refusal that names the network, to be thrown}
     *
     * @param message what is wrong
     */
    public UnreadableGraphException fault(String message) {
        return new UnreadableGraphException(name + ": " + message);
    }

    /** A tensor as messages name it: by what makes it. */
    String describe(String tensor) {
        NodeProto node = producers.get(tensor);
        if (node == null) {
            List<String> inputs =
                    graph.getInputList().stream().map(ValueInfoProto::getName).toList();
            return initializers.containsKey(tensor)
                    ? "the constant '%s'".formatted(tensor)
                    : inputs.contains(tensor)
                            ? "the network's input '%s'".formatted(tensor)
                            : "'%s', which is no tensor of the graph".formatted(tensor);
        }
        return "%s '%s' of [%s]".formatted(node.getOpType(), tensor, String.join(", ", node.getInputList()));
    }
}
