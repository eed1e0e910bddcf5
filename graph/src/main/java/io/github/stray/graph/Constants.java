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
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/**
 * Constants of a graph: initializers and {@code Constant} nodes, also behind {@code Identity}, {@code Cast} to float,
 * {@code Transpose} and {@code DequantizeLinear}. Weights in external data are read from the network's own folder and from
 * nowhere else.
 */
record Constants(OnnxGraph graph, Optional<Path> folder) {
    private static final Set<String> KEEPING = Set.of("Identity", "Cast", "Transpose", "DequantizeLinear");

    /** Whether a tensor is such a constant; reads no weights. */
    boolean contains(String tensor) {
        String stored = graph.skip(tensor, KEEPING);
        return graph.initializer(stored).isPresent()
                || graph.producer(stored)
                        .filter(node -> node.getOpType().equals("Constant"))
                        .isPresent();
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
        Encoding encoding = encoding(stored, tensor);
        boolean external = stored.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
        IntToDoubleFunction value = external || stored.hasRawData()
                ? raw(stored, tensor, encoding, size, external)
                : typed(tensor, encoding, size);
        double[] values = new double[(int) size];
        Arrays.setAll(values, value);
        return new Constant(shape, values, false);
    }

    /**
     * How values of one type are stored.
     *
     * @param width bytes of one among raw bytes
     * @param raw the value at a byte
     * @param held how many values stand in a field of their own
     * @param typed the value at an index of that field
     */
    private record Encoding(int width, Raw raw, int held, IntToDoubleFunction typed) {
        private interface Raw {
            double at(ByteBuffer data, int place);
        }
    }

    private Encoding encoding(TensorProto stored, String tensor) throws UnreadableGraphException {
        int ints = stored.getInt32DataCount();
        return switch (stored.getDataType()) {
            case TensorProto.DataType.INT8_VALUE -> new Encoding(1, ByteBuffer::get, ints, stored::getInt32Data);
            case TensorProto.DataType.UINT8_VALUE ->
                new Encoding(1, (data, at) -> data.get(at) & 0xff, ints, stored::getInt32Data);
            case TensorProto.DataType.INT16_VALUE -> new Encoding(2, ByteBuffer::getShort, ints, stored::getInt32Data);
            case TensorProto.DataType.UINT16_VALUE ->
                new Encoding(2, (data, at) -> data.getShort(at) & 0xffff, ints, stored::getInt32Data);
            case TensorProto.DataType.INT32_VALUE -> new Encoding(4, ByteBuffer::getInt, ints, stored::getInt32Data);
            case TensorProto.DataType.INT64_VALUE ->
                new Encoding(8, ByteBuffer::getLong, stored.getInt64DataCount(), stored::getInt64Data);
            case TensorProto.DataType.FLOAT_VALUE ->
                new Encoding(4, ByteBuffer::getFloat, stored.getFloatDataCount(), stored::getFloatData);
            case TensorProto.DataType.DOUBLE_VALUE ->
                new Encoding(8, ByteBuffer::getDouble, stored.getDoubleDataCount(), stored::getDoubleData);
            case TensorProto.DataType.FLOAT16_VALUE ->
                new Encoding(
                        2,
                        (data, at) -> Float.float16ToFloat(data.getShort(at)),
                        ints,
                        i -> Float.float16ToFloat((short) stored.getInt32Data(i)));
            case TensorProto.DataType.BFLOAT16_VALUE ->
                new Encoding(
                        2,
                        (data, at) -> Float.intBitsToFloat(data.getShort(at) << 16),
                        ints,
                        i -> Float.intBitsToFloat(stored.getInt32Data(i) << 16));
            default -> throw unknownType(tensor, stored.getDataType());
        };
    }

    private IntToDoubleFunction typed(String tensor, Encoding encoding, long size) throws UnreadableGraphException {
        if (encoding.held() != size) {
            throw graph.fault(
                    "the constant '%s' holds %d of %d values: damaged".formatted(tensor, encoding.held(), size));
        }
        return encoding.typed();
    }

    private IntToDoubleFunction raw(TensorProto stored, String tensor, Encoding encoding, long size, boolean external)
            throws IOException {
        long bytes = size * encoding.width();
        ByteBuffer data = (external
                        ? external(stored, tensor, bytes)
                        : stored.getRawData().asReadOnlyByteBuffer())
                .order(ByteOrder.LITTLE_ENDIAN);
        if (data.remaining() != bytes) {
            throw graph.fault(
                    "the constant '%s' holds %d of %d bytes: damaged".formatted(tensor, data.remaining(), bytes));
        }
        int start = data.position();
        return i -> encoding.raw().at(data, start + i * encoding.width());
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
