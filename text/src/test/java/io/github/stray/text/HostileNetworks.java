// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** Networks that contradict themselves, never end, or ask for all memory: one of each kind, in sizes drawn by chance. */
final class HostileNetworks {
    /** Changes the good network, which has input x, f of three numbers an image, and output features. */
    private interface Change extends BiConsumer<ModelProto.Builder, Random> {}

    private static final Map<String, Change> KINDS = kinds();

    private HostileNetworks() {}

    static List<String> names() {
        return List.copyOf(KINDS.keySet());
    }

    static byte[] of(String kind, Random random) {
        ModelProto.Builder model = good();
        Objects.requireNonNull(KINDS.get(kind)).accept(model, random);
        return model.build().toByteArray();
    }

    /** Mean colours. */
    static ModelProto.Builder good() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(GraphProto.newBuilder()
                        .setName("g")
                        .addInput(value("x", TensorProto.DataType.FLOAT_VALUE, -1, 3, 8, 8))
                        .addNode(node("GlobalAveragePool", "p", "x"))
                        .addNode(node("Flatten", "f", "p"))
                        .addNode(node("Identity", "features", "f"))
                        .addOutput(value("features", TensorProto.DataType.FLOAT_VALUE, -1, 3)));
    }

    private static Map<String, Change> kinds() {
        var kinds = new LinkedHashMap<String, Change>();
        kinds.put("good", (model, random) -> {});
        batches(kinds);
        structure(kinds);
        tensors(kinds);
        time(kinds);
        memory(kinds);
        operators(kinds);
        return kinds;
    }

    private static void batches(Map<String, Change> kinds) {
        for (long batch : new long[] {1, 4, 0, 5000, Long.MAX_VALUE}) {
            kinds.put(
                    "batch of " + batch,
                    (model, random) -> model.getGraphBuilder()
                            .setInput(0, value("x", TensorProto.DataType.FLOAT_VALUE, batch, 3, 8, 8))
                            .setOutput(0, value("features", TensorProto.DataType.FLOAT_VALUE, batch, 3)));
        }
        kinds.put(
                "input of rank 3",
                (model, random) ->
                        model.getGraphBuilder().setInput(0, value("x", TensorProto.DataType.FLOAT_VALUE, 3, 8, 8)));
        kinds.put(
                "input of strings",
                (model, random) -> model.getGraphBuilder()
                        .setInput(0, value("x", TensorProto.DataType.STRING_VALUE, -1, 3, 8, 8)));
        kinds.put(
                "input of huge images",
                (model, random) -> model.getGraphBuilder()
                        .setInput(0, value("x", TensorProto.DataType.FLOAT_VALUE, -1, 3, 1L << 40, 1L << 40)));
    }

    private static void structure(Map<String, Change> kinds) {
        kinds.put("cycle", (model, random) -> model.getGraphBuilder().setNode(1, node("Add", "f", "p", "features")));
        kinds.put("self cycle", (model, random) -> model.getGraphBuilder().setNode(1, node("Add", "f", "p", "f")));
        kinds.put("name made twice", (model, random) -> model.getGraphBuilder().addNode(node("Relu", "f", "p")));
        kinds.put("weight twice", (model, random) -> with(model, floats("w", 1), floats("w", 1, 2)));
        kinds.put(
                "input twice",
                (model, random) ->
                        model.getGraphBuilder().addInput(model.getGraph().getInput(0)));
        kinds.put(
                "output twice",
                (model, random) ->
                        model.getGraphBuilder().addOutput(model.getGraph().getOutput(0)));
        kinds.put("no such tensor", (model, random) -> added(model, "missing"));
        kinds.put(
                "output of nothing", (model, random) -> model.getGraphBuilder().removeNode(2));
        kinds.put("no operator", (model, random) -> model.getGraphBuilder().setNode(2, node("", "features", "f")));
        kinds.put(
                "unknown operator", (model, random) -> model.getGraphBuilder().setNode(2, node("Rm", "features", "f")));
        kinds.put(
                "unknown domain",
                (model, random) -> model.getGraphBuilder()
                        .setNode(
                                2, node("Identity", "features", "f").toBuilder().setDomain("com.evil")));
        kinds.put("no opset", (model, random) -> model.clearOpsetImport());
        kinds.put(
                "opset of the future",
                (model, random) -> model.setOpsetImport(
                        0, OperatorSetIdProto.newBuilder().setVersion(random.nextInt(100, Integer.MAX_VALUE))));
        kinds.put("version of the future", (model, random) -> model.setIrVersion(random.nextLong()));
        kinds.put("no graph", (model, random) -> model.clearGraph());
        kinds.put("no nodes", (model, random) -> model.getGraphBuilder().clearNode());
        kinds.put("no outputs", (model, random) -> model.getGraphBuilder().clearOutput());
        kinds.put("no inputs", (model, random) -> model.getGraphBuilder().clearInput());
        kinds.put("long names", (model, random) -> {
            String name = "n".repeat(1 << random.nextInt(10, 22));
            model.getGraphBuilder()
                    .setNode(1, node("Flatten", name, "p"))
                    .setNode(2, node("Identity", "features", name));
        });
        kinds.put("many nodes", (model, random) -> {
            GraphProto.Builder graph = model.getGraphBuilder().removeNode(2).addNode(node("Relu", "n0", "f"));
            int count = random.nextInt(1000, 5000);
            IntStream.range(0, count).forEach(i -> graph.addNode(node("Relu", "n" + (i + 1), "n" + i)));
            graph.addNode(node("Identity", "features", "n" + count));
        });
        kinds.put(
                "many inputs of a node",
                (model, random) -> model.getGraphBuilder()
                        .setNode(
                                2,
                                node(
                                        "Sum",
                                        "features",
                                        IntStream.range(0, random.nextInt(1000, 50_000))
                                                .mapToObj(i -> "f")
                                                .toArray(String[]::new))));
        kinds.put("branches in branches", (model, random) -> branches(model, random.nextInt(2, 30)));
        kinds.put("branches in branches, deep", (model, random) -> branches(model, 200));
        kinds.put("function of itself", (model, random) -> functions(model, 1, 1, true));
        kinds.put("functions of functions", (model, random) -> functions(model, random.nextInt(10, 30), 8, false));
    }

    private static void tensors(Map<String, Change> kinds) {
        kinds.put("weight too short", (model, random) -> with(model, raw("w", 4, 1, 3)));
        kinds.put("weight too long", (model, random) -> with(model, raw("w", 4000, 1, 3)));
        kinds.put("weight without numbers", (model, random) -> with(model, raw("w", 0, 1, 3)));
        kinds.put("weight of huge dims", (model, random) -> with(model, raw("w", 12, 1L << random.nextInt(20, 62), 3)));
        kinds.put("weight of overflowing dims", (model, random) -> with(model, raw("w", 12, 1L << 62, 4, 3)));
        kinds.put("weight of negative dims", (model, random) -> with(model, raw("w", 12, -1, -3)));
        kinds.put(
                "weight of no type",
                (model, random) -> with(
                        model,
                        raw("w", 12, 1, 3).toBuilder()
                                .setDataType(random.nextInt(100, 1000))
                                .build()));
        kinds.put(
                "weight of strings",
                (model, random) -> with(
                        model,
                        TensorProto.newBuilder()
                                .setName("w")
                                .setDataType(TensorProto.DataType.STRING_VALUE)
                                .addDims(1)
                                .addStringData(ByteString.copyFromUtf8("w"))
                                .build()));
        for (String place : List.of(
                "/etc/passwd", "../../secret", "weights.bin", "*/_ORT_MEM_ADDR_/*", "a/../../b", "w\u0000", "")) {
            kinds.put(
                    "weight in '%s'".formatted(place.replace("\u0000", "NUL")),
                    (model, random) -> with(model, external(place, random.nextInt(2) * (1L << 40))));
        }
    }

    private static void time(Map<String, Change> kinds) {
        kinds.put("endless loop", (model, random) -> loop(model, Long.MAX_VALUE, false));
        kinds.put("loop without a count", (model, random) -> loop(model, -1, false));
        kinds.put("loop in a loop", (model, random) -> loop(model, random.nextLong(1L << 30, 1L << 60), false));
        kinds.put("loop of no rounds", (model, random) -> loop(model, 0, false));
        kinds.put("constants that take long", (model, random) -> {
            GraphProto.Builder graph = model.getGraphBuilder()
                    .addInitializer(integers("s", 1500, 1500))
                    .addInitializer(floats("c", 1))
                    .addNode(node("Expand", "a0", "c", "s"));
            IntStream.range(0, 300).forEach(i -> graph.addNode(node("MatMul", "a" + (i + 1), "a" + i, "a" + i)));
            graph.addNode(node("ReduceMax", "b", "a300"));
            added(model, "b");
        });
    }

    private static void memory(Map<String, Change> kinds) {
        kinds.put("loop that gathers", (model, random) -> loop(model, Long.MAX_VALUE, true));
        kinds.put(
                "ConstantOfShape",
                (model, random) -> bomb(model, node("ConstantOfShape", "big", "s"), integers("s", huge(random))));
        kinds.put(
                "ConstantOfShape, negative",
                (model, random) -> bomb(model, node("ConstantOfShape", "big", "s"), integers("s", -huge(random))));
        kinds.put(
                "Expand",
                (model, random) ->
                        bomb(model, node("Expand", "big", "p", "s"), integers("s", 1, 3, side(random), 30_000)));
        kinds.put(
                "Tile",
                (model, random) ->
                        bomb(model, node("Tile", "big", "p", "s"), integers("s", 1, 1, side(random), 30_000)));
        kinds.put(
                "Resize",
                (model, random) ->
                        bomb(model, node("Resize", "big", "x", "", "s"), floats("s", 1, 1, side(random) / 8f, 4000)));
        kinds.put(
                "Range",
                (model, random) -> bomb(
                        model,
                        node("Range", "big", "z", "l", "o"),
                        scalar("z", 0),
                        scalar("l", (float) huge(random)),
                        scalar("o", 1)));
        kinds.put(
                "Pad",
                (model, random) -> bomb(
                        model, node("Pad", "big", "x", "s"), integers("s", 0, 0, 0, 0, 0, 0, side(random), 30_000)));
        kinds.put(
                "OneHot",
                (model, random) -> bomb(
                        model,
                        node("OneHot", "big", "i", "d", "v"),
                        integers("i", 1, 2, 3),
                        integers("d", huge(random)),
                        floats("v", 0, 1)));
        kinds.put("MatMul", (model, random) -> {
            model.getGraphBuilder().addNode(node("Expand", "l", "c", "s")).addNode(node("Expand", "r", "c", "t"));
            bomb(
                    model,
                    node("MatMul", "big", "l", "r"),
                    integers("s", side(random), 1),
                    integers("t", 1, 60_000),
                    floats("c", 1));
        });
        kinds.put("many tensors", (model, random) -> {
            GraphProto.Builder graph = model.getGraphBuilder().addInitializer(integers("s", 1, 3, 4000, 4000));
            for (int i = 0; i < 100; i++) {
                graph.addInitializer(floats("k" + i, i))
                        .addNode(node("Add", "q" + i, "p", "k" + i))
                        .addNode(node("Expand", "e" + i, "q" + i, "s"));
            }
            bomb(
                    model,
                    node(
                            "Sum",
                            "big",
                            IntStream.range(0, 100).mapToObj(i -> "e" + i).toArray(String[]::new)));
        });
    }

    private static void operators(Map<String, Change> kinds) {
        kinds.put(
                "Reshape that does not fit",
                (model, random) ->
                        bomb(model, node("Reshape", "big", "p", "s"), integers("s", random.nextLong(-5, 1L << 40), 7)));
        kinds.put(
                "Gather beyond the end",
                (model, random) -> bomb(model, node("Gather", "big", "p", "s"), integers("s", random.nextLong())));
        kinds.put(
                "Slice beyond the end",
                (model, random) -> bomb(
                        model,
                        node("Slice", "big", "x", "from", "to"),
                        integers("from", random.nextLong()),
                        integers("to", random.nextLong())));
        kinds.put(
                "Conv without weights",
                (model, random) -> bomb(model, node("Conv", "big", "x", "w"), raw("w", 0, 0, 3, 0, 0)));
        for (String attribute : List.of("group", "strides", "dilations", "pads", "kernel_shape")) {
            kinds.put(
                    "Conv of odd " + attribute,
                    (model, random) -> bomb(
                            model,
                            odd(node("Conv", "big", "x", "w"), attribute, attribute.equals("pads") ? 4 : 2, random),
                            raw("w", 12 * 9, 1, 3, 3, 3)));
        }
        kinds.put(
                "MaxPool of odd kernel",
                (model, random) -> bomb(model, odd(node("MaxPool", "big", "x"), "kernel_shape", 2, random)));
        kinds.put(
                "Transpose of odd axes",
                (model, random) -> bomb(model, odd(node("Transpose", "big", "x"), "perm", 4, random)));
        kinds.put(
                "Concat of an odd axis",
                (model, random) -> bomb(model, odd(node("Concat", "big", "x", "x"), "axis", 0, random)));
        kinds.put("not a number", (model, random) -> bomb(model, node("Sqrt", "big", "m"), floats("m", -1)));
        kinds.put(
                "another each time",
                (model, random) -> bomb(
                        model,
                        node("RandomUniform", "big").toBuilder()
                                .addAttribute(numbers("shape", List.of(1L, 3L)))
                                .build()));
    }

    private static long huge(Random random) {
        return random.nextBoolean() ? 1L << random.nextInt(31, 62) : random.nextLong(1_000_000_000, 4_000_000_000L);
    }

    private static long side(Random random) {
        return random.nextLong(10_000, 100_000);
    }

    /** A tensor {@code big}, brought to one number that is added to the features. */
    private static void bomb(ModelProto.Builder model, NodeProto node, TensorProto... weights) {
        model.getGraphBuilder()
                .addAllInitializer(List.of(weights))
                .addNode(node)
                .addNode(node("ReduceMax", "b", "big").toBuilder().addAttribute(number("keepdims", 0)));
        added(model, "b");
    }

    private static void with(ModelProto.Builder model, TensorProto... weights) {
        model.getGraphBuilder().addAllInitializer(List.of(weights));
        added(model, "w");
    }

    private static void added(ModelProto.Builder model, String tensor) {
        // ONNX asks for nodes in their order.
        GraphProto.Builder graph = model.getGraphBuilder();
        graph.removeNode(2).addNode(node("Add", "features", "f", tensor));
    }

    private static void loop(ModelProto.Builder model, long rounds, boolean gathers) {
        GraphProto.Builder body = GraphProto.newBuilder()
                .setName("body")
                .addInput(value("i", TensorProto.DataType.INT64_VALUE))
                .addInput(value("c", TensorProto.DataType.BOOL_VALUE))
                .addInput(value("v", TensorProto.DataType.FLOAT_VALUE, -1, 3))
                .addNode(node("Identity", "co", "c"))
                .addNode(node("Relu", "vo", "v"))
                .addOutput(value("co", TensorProto.DataType.BOOL_VALUE))
                .addOutput(value("vo", TensorProto.DataType.FLOAT_VALUE, -1, 3));
        NodeProto.Builder loop = node("Loop", "features", rounds < 0 ? "" : "t", "yes", "f").toBuilder();
        if (gathers) {
            body.addInitializer(integers("s", 1000, 1000))
                    .addNode(node("ConstantOfShape", "so", "s"))
                    .addOutput(value("so", TensorProto.DataType.FLOAT_VALUE, 1000, 1000));
            loop.addOutput("gathered");
        }
        model.getGraphBuilder()
                .addInitializer(integers("t", rounds).toBuilder().clearDims())
                .addInitializer(TensorProto.newBuilder()
                        .setName("yes")
                        .setDataType(TensorProto.DataType.BOOL_VALUE)
                        .addInt32Data(1))
                .setNode(2, loop.addAttribute(graph("body", body)));
    }

    /** In each branch another. */
    private static void branches(ModelProto.Builder model, int depth) {
        GraphProto.Builder inner = branch(node("Identity", "o0", "f"), "o0");
        for (int i = 1; i < depth; i++) {
            inner = branch(branching("o" + i, inner), "o" + i);
        }
        model.getGraphBuilder()
                .addInitializer(TensorProto.newBuilder()
                        .setName("yes")
                        .setDataType(TensorProto.DataType.BOOL_VALUE)
                        .addInt32Data(1))
                .setNode(2, branching("features", inner));
    }

    private static GraphProto.Builder branch(NodeProto node, String output) {
        return GraphProto.newBuilder()
                .setName("b")
                .addNode(node)
                .addOutput(value(output, TensorProto.DataType.FLOAT_VALUE, -1, 3));
    }

    private static NodeProto branching(String output, GraphProto.Builder then) {
        return node("If", output, "yes").toBuilder()
                .addAttribute(graph("then_branch", then))
                .addAttribute(graph("else_branch", branch(node("Identity", output + "e", "f"), output + "e")))
                .build();
    }

    /** Each calls the next so many times. */
    private static void functions(ModelProto.Builder model, int depth, int calls, boolean itself) {
        for (int level = 0; level < depth; level++) {
            FunctionProto.Builder function = FunctionProto.newBuilder()
                    .setName("f" + level)
                    .setDomain("local")
                    .addInput("a0")
                    .addOutput("a" + calls)
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                    .addOpsetImport(
                            OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1));
            boolean last = level == depth - 1 && !itself;
            for (int call = 0; call < calls; call++) {
                NodeProto.Builder node =
                        node(last ? "Relu" : "f" + (itself ? level : level + 1), "a" + (call + 1), "a" + call)
                                .toBuilder();
                function.addNode(last ? node : node.setDomain("local"));
            }
            model.addFunctions(function);
        }
        model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1));
        model.getGraphBuilder()
                .setNode(2, node("f0", "features", "f").toBuilder().setDomain("local"));
    }

    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addOutput(output)
                .addAllInput(List.of(inputs))
                .build();
    }

    private static NodeProto odd(NodeProto node, String attribute, int count, Random random) {
        List<Long> edges = List.of(0L, -1L, 1L << 31, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, 7L);
        AttributeProto odd = count == 0
                ? number(attribute, edges.get(random.nextInt(edges.size())))
                : attribute.equals("group")
                        ? number(attribute, edges.get(random.nextInt(edges.size())))
                        : numbers(
                                attribute,
                                random.ints(count, 0, edges.size())
                                        .mapToObj(edges::get)
                                        .toList());
        return node.toBuilder().addAttribute(odd).build();
    }

    private static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto numbers(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values)
                .build();
    }

    private static AttributeProto graph(String name, GraphProto.Builder body) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(body)
                .build();
    }

    private static ValueInfoProto value(String name, int type, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(dim < 0 ? size.setDimParam("n") : size.setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }

    private static TensorProto integers(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
    }

    private static TensorProto floats(String name, float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(values.length);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor.build();
    }

    private static TensorProto scalar(String name, float value) {
        return floats(name, value).toBuilder().clearDims().build();
    }

    private static TensorProto raw(String name, int bytes, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(new byte[bytes]));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor.build();
    }

    private static TensorProto external(String place, long offset) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName("w")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(3)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        Map.of("location", place, "offset", Long.toString(offset), "length", "12")
                .forEach((key, text) -> tensor.addExternalData(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
        return tensor.build();
    }
}
