// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntToDoubleFunction;

/**
 * Constants of a graph: initializers and {@code Constant} nodes, also behind {@code Identity}, {@code Cast} to float,
 * {@code Transpose} and {@code DequantizeLinear}. Weights in external data are read from the network's own folder and from
 * nowhere else.
 */
final class Constants {
    private final OnnxGraph graph;
    private final Optional<Path> folder;

    Constants(OnnxGraph graph, Optional<Path> folder) {
        this.graph = graph;
        this.folder = folder;
    }

    /** Whether a tensor is such a constant; reads no weights. */
    boolean contains(String tensor) {
        String at = tensor;
        for (int step = 0; step <= graph.size(); step++) {
            if (graph.initializer(at).isPresent()) {
                return true;
            }
            Optional<NodeProto> node = graph.producer(at);
            if (node.isEmpty()) {
                return false;
            }
            switch (node.get().getOpType()) {
                case "Constant" -> {
                    return true;
                }
                case "Identity", "Cast", "Transpose", "DequantizeLinear" ->
                    at = node.get().getInput(0);
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    /** First size of such a constant, as far as no Transpose stands in between; reads no weights. */
    OptionalLong rows(String tensor) {
        String at = tensor;
        for (int step = 0; step <= graph.size(); step++) {
            Optional<TensorProto> stored = graph.initializer(at);
            Optional<NodeProto> node = graph.producer(at);
            if (stored.isEmpty() && node.isPresent()) {
                stored = NodeAttributes.of(node.get()).tensor("value");
            }
            if (stored.isPresent()) {
                return stored.get().getDimsCount() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(stored.get().getDims(0));
            }
            if (node.isEmpty()
                    || node.get().getInputCount() == 0
                    || node.get().getOpType().equals("Transpose")) {
                return OptionalLong.empty();
            }
            at = node.get().getInput(0);
        }
        return OptionalLong.empty();
    }

    Constant require(String tensor) throws IOException {
        Optional<TensorProto> stored = graph.initializer(tensor);
        if (stored.isPresent()) {
            return read(stored.get(), tensor);
        }
        NodeProto node = graph.producer(tensor)
                .filter(ignored -> contains(tensor))
                .orElseThrow(() ->
                        graph.fault("'%s' must be a constant, and is %s".formatted(tensor, graph.describe(tensor))));
        return switch (node.getOpType()) {
            case "Constant" -> ofNode(node, tensor);
            case "Identity" -> require(node.getInput(0));
            case "Cast" -> cast(node);
            case "Transpose" -> transposed(node);
            default -> dequantised(node);
        };
    }

    private Constant ofNode(NodeProto node, String tensor) throws IOException {
        NodeAttributes attributes = NodeAttributes.of(node);
        if (attributes.tensor("value").isPresent()) {
            return read(attributes.tensor("value").get(), tensor);
        }
        if (attributes.has("value_float")) {
            return new Constant(new int[0], new double[] {attributes.number("value_float", 0)}, false);
        }
        if (attributes.has("value_int")) {
            return new Constant(new int[0], new double[] {attributes.integer("value_int", 0)}, false);
        }
        double[] values = attributes.has("value_ints")
                ? attributes.integers("value_ints").stream()
                        .mapToDouble(Long::doubleValue)
                        .toArray()
                : attributes.numbers("value_floats").stream()
                        .mapToDouble(Float::doubleValue)
                        .toArray();
        return new Constant(new int[] {values.length}, values, false);
    }

    private Constant cast(NodeProto node) throws IOException {
        long to = NodeAttributes.of(node).integer("to", 0);
        if (to != TensorProto.DataType.FLOAT_VALUE && to != TensorProto.DataType.DOUBLE_VALUE) {
            throw graph.fault("%s casts a constant to type %d, expected float32 or float64"
                    .formatted(graph.describe(node.getOutput(0)), to));
        }
        return require(node.getInput(0));
    }

    private Constant transposed(NodeProto node) throws IOException {
        Constant turned = require(node.getInput(0));
        List<Long> order = NodeAttributes.of(node).integers("perm");
        if (turned.rank() != 2 || !(order.isEmpty() || order.equals(List.of(1L, 0L)))) {
            throw graph.fault("%s turns a constant %s by %s, expected a matrix"
                    .formatted(graph.describe(node.getOutput(0)), turned, order));
        }
        return turned.transposed();
    }

    private Constant dequantised(NodeProto node) throws IOException {
        NodeAttributes attributes = NodeAttributes.of(node);
        if (attributes.integer("block_size", 0) != 0) {
            throw graph.fault(
                    "%s is quantised by blocks, which is not read".formatted(graph.describe(node.getOutput(0))));
        }
        return dequantise(
                node.getInput(0), node.getInput(1), Nodes.input(node, 2), (int) attributes.integer("axis", 1));
    }

    /** {@code (q - zero point) * scale}, one scale for all or one for each index along an axis. */
    Constant dequantise(String values, String scales, Optional<String> zeroPoints, int axis) throws IOException {
        Constant stored = require(values);
        Constant scale = require(scales);
        Constant zero =
                zeroPoints.isPresent() ? require(zeroPoints.get()) : new Constant(new int[0], new double[1], false);
        int along = axis < 0 ? axis + stored.rank() : axis;
        int groups = scale.values().length;
        boolean fits = groups == 1 || (along >= 0 && along < stored.rank() && stored.shape()[along] == groups);
        if (!fits || (zero.values().length != 1 && zero.values().length != groups)) {
            throw graph.fault("the constant '%s' %s has scales %s and zero points %s along axis %d"
                    .formatted(values, stored, scale, zero, axis));
        }
        int inner = 1;
        for (int i = along + 1; i < stored.rank(); i++) {
            inner *= stored.shape()[i];
        }
        double[] result = new double[stored.values().length];
        for (int i = 0; i < result.length; i++) {
            int group = groups == 1 ? 0 : i / inner % groups;
            double offset = zero.values()[zero.values().length == 1 ? 0 : group];
            result[i] = (stored.values()[i] - offset) * scale.values()[group];
        }
        return new Constant(stored.shape(), result, true);
    }

    private Constant read(TensorProto stored, String tensor) throws IOException {
        int[] shape = new int[stored.getDimsCount()];
        long size = 1;
        for (int i = 0; i < shape.length; i++) {
            long extent = stored.getDims(i);
            if (extent < 0 || extent > Integer.MAX_VALUE || size * Math.max(1, extent) > Integer.MAX_VALUE - 8) {
                throw graph.fault(
                        "the constant '%s' %s is damaged or too large".formatted(tensor, stored.getDimsList()));
            }
            shape[i] = (int) extent;
            size *= extent;
        }
        boolean external = stored.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
        double[] values = external || stored.hasRawData()
                ? raw(stored, tensor, (int) size, external)
                : typed(stored, tensor, (int) size);
        return new Constant(shape, values, false);
    }

    private double[] typed(TensorProto stored, String tensor, int size) throws UnreadableGraphException {
        int type = stored.getDataType();
        IntToDoubleFunction value = switch (type) {
            case TensorProto.DataType.FLOAT_VALUE -> stored::getFloatData;
            case TensorProto.DataType.DOUBLE_VALUE -> stored::getDoubleData;
            case TensorProto.DataType.INT64_VALUE -> i -> stored.getInt64Data(i);
            case TensorProto.DataType.FLOAT16_VALUE -> i -> Float.float16ToFloat((short) stored.getInt32Data(i));
            case TensorProto.DataType.BFLOAT16_VALUE -> i -> Float.intBitsToFloat(stored.getInt32Data(i) << 16);
            case TensorProto.DataType.INT8_VALUE,
                    TensorProto.DataType.UINT8_VALUE,
                    TensorProto.DataType.INT16_VALUE,
                    TensorProto.DataType.UINT16_VALUE,
                    TensorProto.DataType.INT32_VALUE -> i -> stored.getInt32Data(i);
            default -> throw unknownType(tensor, type);
        };
        int held = switch (type) {
            case TensorProto.DataType.FLOAT_VALUE -> stored.getFloatDataCount();
            case TensorProto.DataType.DOUBLE_VALUE -> stored.getDoubleDataCount();
            case TensorProto.DataType.INT64_VALUE -> stored.getInt64DataCount();
            default -> stored.getInt32DataCount();
        };
        if (held != size) {
            throw graph.fault("the constant '%s' holds %d of %d values: damaged".formatted(tensor, held, size));
        }
        double[] values = new double[size];
        Arrays.setAll(values, value);
        return values;
    }

    private double[] raw(TensorProto stored, String tensor, int size, boolean external) throws IOException {
        int type = stored.getDataType();
        int width = switch (type) {
            case TensorProto.DataType.INT8_VALUE, TensorProto.DataType.UINT8_VALUE -> 1;
            case TensorProto.DataType.FLOAT16_VALUE,
                    TensorProto.DataType.BFLOAT16_VALUE,
                    TensorProto.DataType.INT16_VALUE,
                    TensorProto.DataType.UINT16_VALUE -> 2;
            case TensorProto.DataType.FLOAT_VALUE, TensorProto.DataType.INT32_VALUE -> 4;
            case TensorProto.DataType.DOUBLE_VALUE, TensorProto.DataType.INT64_VALUE -> 8;
            default -> throw unknownType(tensor, type);
        };
        long bytes = (long) size * width;
        ByteBuffer data = (external
                        ? external(stored, tensor, bytes)
                        : stored.getRawData().asReadOnlyByteBuffer())
                .order(ByteOrder.LITTLE_ENDIAN);
        if (data.remaining() != bytes) {
            throw graph.fault(
                    "the constant '%s' holds %d of %d bytes: damaged".formatted(tensor, data.remaining(), bytes));
        }
        int start = data.position();
        IntToDoubleFunction value = switch (type) {
            case TensorProto.DataType.INT8_VALUE -> i -> data.get(start + i);
            case TensorProto.DataType.UINT8_VALUE -> i -> data.get(start + i) & 0xff;
            case TensorProto.DataType.INT16_VALUE -> i -> data.getShort(start + 2 * i);
            case TensorProto.DataType.UINT16_VALUE -> i -> data.getShort(start + 2 * i) & 0xffff;
            case TensorProto.DataType.FLOAT16_VALUE -> i -> Float.float16ToFloat(data.getShort(start + 2 * i));
            case TensorProto.DataType.BFLOAT16_VALUE -> i -> Float.intBitsToFloat(data.getShort(start + 2 * i) << 16);
            case TensorProto.DataType.FLOAT_VALUE -> i -> data.getFloat(start + 4 * i);
            case TensorProto.DataType.INT32_VALUE -> i -> data.getInt(start + 4 * i);
            case TensorProto.DataType.DOUBLE_VALUE -> i -> data.getDouble(start + 8 * i);
            default -> i -> data.getLong(start + 8 * i);
        };
        double[] values = new double[size];
        Arrays.setAll(values, value);
        return values;
    }

    private UnreadableGraphException unknownType(String tensor, int type) {
        TensorProto.DataType known = TensorProto.DataType.forNumber(type);
        return graph.fault("the constant '%s' has the type %s, which is not read"
                .formatted(tensor, known == null ? Integer.toString(type) : known.name()));
    }

    private ByteBuffer external(TensorProto stored, String tensor, long bytes) throws IOException {
        String location = "";
        long offset = 0;
        long length = bytes;
        for (StringStringEntryProto entry : stored.getExternalDataList()) {
            try {
                switch (entry.getKey()) {
                    case "location" -> location = entry.getValue();
                    case "offset" -> offset = Long.parseLong(entry.getValue());
                    case "length" -> length = Long.parseLong(entry.getValue());
                    default -> {}
                }
            } catch (NumberFormatException e) {
                throw new UnreadableGraphException(
                        "%s: the constant '%s' has the %s '%s' in external data, expected a whole number"
                                .formatted(graph.name(), tensor, entry.getKey(), entry.getValue()),
                        e);
            }
        }
        Path file = inFolder(location, tensor);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (length != bytes || offset < 0 || offset > channel.size() - bytes) {
                throw graph.fault(
                        "the constant '%s' needs %d bytes, and its external data are %d bytes at %d of %s with %d"
                                .formatted(tensor, bytes, length, offset, file, channel.size()));
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, bytes);
        }
    }

    private Path inFolder(String location, String tensor) throws UnreadableGraphException {
        if (folder.isEmpty()) {
            throw graph.fault("the constant '%s' lies in external data '%s', and there is no folder to look in"
                    .formatted(tensor, location));
        }
        try {
            Path home = folder.get().toAbsolutePath().normalize();
            Path file = home.resolve(location).normalize();
            if (!location.isEmpty() && file.startsWith(home) && Files.isRegularFile(file)) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new UnreadableGraphException(
                    "%s: the constant '%s' lies in '%s', which is no path".formatted(graph.name(), tensor, location),
                    e);
        }
        throw graph.fault("the constant '%s' lies in external data '%s', which is no file in the network's folder %s"
                .formatted(tensor, location, folder.get()));
    }
}
