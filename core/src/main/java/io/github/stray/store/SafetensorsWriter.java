// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a safetensors file as a stream: name the tensors, append to them in any order, {@link #commit()}. Memory does not
 * grow with the rows. The file appears when it is committed; {@link #close()} without commit leaves nothing.
 *
 * <p>The first tensor goes straight to the file, and so does each one whose predecessors are complete when its first
 * element arrives; the others are spooled to temporary files in the target's folder, which so needs room for them twice.
 * Layout and checksum: {@link Safetensors}. Not safe for concurrent use.
 */
public final class SafetensorsWriter implements Closeable {
    private static final int COPY_BLOCK = 1 << 20;

    private final AtomicFile file;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Column> columns = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private int headerLength;

    private SafetensorsWriter(AtomicFile file, Map<String, String> metadata) {
        this.file = file;
        this.metadata.put(SafetensorsHeader.FORMAT_KEY, Integer.toString(SafetensorsHeader.FORMAT));
        this.metadata.put(SafetensorsHeader.CHECKSUM_KEY, SafetensorsHeader.NO_CHECKSUM);
        this.metadata.putAll(new TreeMap<>(metadata));
    }

    /**
     * {@return the writer of a new file}
     *
     * @param target its name; an existing file is replaced on commit
     * @param metadata name to text, without {@code stray.format} and {@code stray.crc32c}; written in the order of the names
     * @throws IllegalArgumentException if the metadata uses a reserved name
     * @throws IOException if no file can be made there; the message says why
     */
    public static SafetensorsWriter create(Path target, Map<String, String> metadata) throws IOException {
        for (String reserved : List.of(SafetensorsHeader.FORMAT_KEY, SafetensorsHeader.CHECKSUM_KEY)) {
            if (metadata.containsKey(reserved)) {
                throw new IllegalArgumentException("metadata '%s' is set by the writer".formatted(reserved));
            }
        }
        return new SafetensorsWriter(AtomicFile.create(target), metadata);
    }

    /**
     * Writes a file of tensors that exist already.
     *
     * @param target its name
     * @param tensors tensors by name, in the order wanted
     * @param metadata name to text
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public static void write(Path target, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        write(target, tensors, Map.of(), metadata);
    }

    /** Writes tensors, and behind them ids by the names of their tensors, one id a line. */
    static void write(
            Path target, Map<String, Tensor> tensors, Map<String, List<String>> ids, Map<String, String> metadata)
            throws IOException {
        try (SafetensorsWriter writer = create(target, metadata)) {
            var columns = new LinkedHashMap<Column, Tensor>();
            tensors.forEach((name, tensor) -> columns.put(writer.tensor(name, tensor.type(), tensor.shape()), tensor));
            var lines = new LinkedHashMap<Column, List<String>>();
            ids.forEach((name, each) -> lines.put(writer.rows(name, ElementType.U8), each));
            for (var column : columns.entrySet()) {
                column.getKey().append(column.getValue());
            }
            for (var column : lines.entrySet()) {
                column.getKey().lines(column.getValue());
            }
            writer.commit();
        }
    }

    /**
     * Names a tensor of known shape.
     *
     * @param name its name, not yet used
     * @param type element type
     * @param shape extents, each at least 0
     * @return where to append exactly as many elements as the shape says
     * @throws IllegalArgumentException if the name is taken or an extent negative
     * @throws IllegalStateException if elements were already appended to some tensor
     */
    public Column tensor(String name, ElementType type, long... shape) {
        return add(new Column(name, type, shape, ElementBuffer.elements(shape, 0)));
    }

    /**
     * Names a tensor whose number of rows is found at the end.
     *
     * @param name its name, not yet used
     * @param type element type
     * @param rowShape extents of a row, each at least 1; empty for a one-dimensional tensor
     * @return where to append whole rows
     * @throws IllegalArgumentException if the name is taken or an extent below 1
     * @throws IllegalStateException if elements were already appended to some tensor
     */
    public Column rows(String name, ElementType type, long... rowShape) {
        ElementBuffer.elements(rowShape, 1);
        return add(new Column(name, type, rowShape, -1));
    }

    private Column add(Column column) {
        if (headerLength > 0) {
            throw new IllegalStateException("tensor '%s' named after data was written".formatted(column.name));
        }
        if (column.name.equals("__metadata__") || columns.stream().anyMatch(c -> c.name.equals(column.name))) {
            throw new IllegalArgumentException("the tensor name '%s' is taken".formatted(column.name));
        }
        columns.add(column);
        return column;
    }

    /**
     * Completes the file and gives it its name.
     *
     * @throws IllegalStateException if a tensor has fewer elements than its shape says or an incomplete last row
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public void commit() throws IOException {
        reserveHeader();
        for (Column column : columns) {
            column.finish();
        }
        byte[] header = header(false);
        if (header.length > headerLength) {
            throw new IllegalStateException("header of %d bytes outgrew %d".formatted(header.length, headerLength));
        }
        byte[] padded = Arrays.copyOf(header, headerLength);
        Arrays.fill(padded, header.length, headerLength, (byte) ' ');
        int digitsAt = SafetensorsHeader.checksumAt(padded);
        byte[] digits = SafetensorsHeader.checksum(crc, padded, digitsAt).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, padded, digitsAt, digits.length);
        ByteBuffer start = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + headerLength)
                .order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(headerLength).put(padded).flip();
        file.writeAt(start, 0);
        file.commit();
    }

    /** Deletes everything unless the file was committed. May be called again. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Column column : columns) {
            try {
                column.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        file.close();
        if (failure != null) {
            throw failure;
        }
    }

    /** The header's length must be known before the first row, the row count is known after the last. */
    private void reserveHeader() throws IOException {
        if (headerLength > 0) {
            return;
        }
        int longest = header(true).length;
        headerLength = (longest + 7) & ~7;
        if (headerLength > SafetensorsHeader.LONGEST) {
            throw new IllegalArgumentException("the metadata make a header of %d bytes, the format allows %d"
                    .formatted(headerLength, SafetensorsHeader.LONGEST));
        }
        file.skip(SafetensorsHeader.LENGTH_BYTES + headerLength);
    }

    private byte[] header(boolean longestNumbers) {
        JsonStringWriter json = JsonWriter.string();
        json.object().object("__metadata__");
        metadata.forEach(json::value);
        json.end();
        long at = 0;
        for (Column column : columns) {
            if (column.discarded && !longestNumbers) {
                continue;
            }
            json.object(column.name).value("dtype", column.type.name()).array("shape");
            for (long extent : column.shape(longestNumbers)) {
                json.value(extent);
            }
            long end = longestNumbers ? Long.MAX_VALUE : at + column.buffer.elements() * column.type.bytes();
            json.end().array("data_offsets");
            json.value(longestNumbers ? Long.MAX_VALUE : at).value(end).end().end();
            at = end;
        }
        return json.end().done().getBytes(StandardCharsets.UTF_8);
    }

    /** One tensor of the file. */
    public final class Column {
        private final String name;
        private final ElementType type;
        private final long[] extents;
        private final long expected;
        private final ElementBuffer buffer;
        private boolean started;
        private boolean discarded;
        private @Nullable AtomicFile spool;

        private Column(String name, ElementType type, long[] extents, long expected) {
            this.name = name;
            this.type = type;
            this.extents = extents.clone();
            this.expected = expected;
            this.buffer = new ElementBuffer(type, this::drain);
        }

        /**
         * Appends floats, rounded to nearest if the tensor is F16 or BF16.
         *
         * @param values row-major values
         * @param offset first index read
         * @param count number of values
         * @throws IllegalArgumentException if the tensor holds integers
         * @throws IllegalStateException if the tensor overflows its shape
         * @throws IOException if they cannot be written
         */
        public void floats(float[] values, int offset, int count) throws IOException {
            start(count);
            buffer.floats(values, offset, count);
        }

        /**
         * Appends integers.
         *
         * @param values integers
         * @throws IllegalArgumentException if the tensor is not I64
         * @throws IllegalStateException if the tensor overflows its shape
         * @throws IOException if they cannot be written
         */
        public void longs(long... values) throws IOException {
            start(values.length);
            buffer.longs(values);
        }

        /**
         * Appends bytes.
         *
         * @param values bytes
         * @throws IllegalArgumentException if the tensor is not U8
         * @throws IllegalStateException if the tensor overflows its shape
         * @throws IOException if they cannot be written
         */
        public void bytes(byte... values) throws IOException {
            start(values.length);
            buffer.bytes(values);
        }

        /** Appends ids to an empty column as {@link IdLines} reads them. */
        void lines(List<String> ids) throws IOException {
            for (int i = 0; i < ids.size(); i++) {
                bytes(IdLines.encode(ids.get(i), i == 0));
            }
        }

        /**
         * Appends all elements of a tensor, bit for bit.
         *
         * @param tensor elements of the same type
         * @throws IllegalArgumentException if the types differ
         * @throws IllegalStateException if the tensor overflows its shape
         * @throws IOException if they cannot be written
         */
        public void append(Tensor tensor) throws IOException {
            if (tensor.type() != type) {
                throw new IllegalArgumentException("%s given for tensor '%s' of type %s".formatted(tensor, name, type));
            }
            start(tensor.size());
            try {
                for (MemorySegment part : tensor.parts()) {
                    buffer.raw(part);
                }
            } catch (InternalError fault) {
                tensor.requireUnchanged();
                throw fault;
            }
            tensor.requireUnchanged();
        }

        /** Leaves this tensor out of the file. What was appended is dropped. */
        public void discard() {
            if (started && spool == null) {
                throw new IllegalStateException("tensor '%s' is already in the file".formatted(name));
            }
            discarded = true;
        }

        private void start(long more) throws IOException {
            if (discarded) {
                throw new IllegalStateException("tensor '%s' was discarded".formatted(name));
            }
            if (expected >= 0 && more > expected - buffer.elements()) {
                throw new IllegalStateException("tensor '%s' of shape %s holds %d elements, got %d more than that"
                        .formatted(name, Arrays.toString(extents), expected, more - (expected - buffer.elements())));
            }
            if (started) {
                return;
            }
            started = true;
            reserveHeader();
            for (Column earlier : columns.subList(0, columns.indexOf(this))) {
                if (earlier.spool != null || earlier.buffer.elements() != earlier.expected) {
                    spool = AtomicFile.create(file.target());
                    return;
                }
                earlier.buffer.flush();
            }
        }

        private void drain(ByteBuffer bytes) throws IOException {
            if (spool != null) {
                spool.append(bytes);
                return;
            }
            crc.update(bytes.duplicate());
            file.append(bytes);
        }

        private long[] shape(boolean longest) {
            if (expected >= 0) {
                return extents;
            }
            long[] shape = new long[extents.length + 1];
            System.arraycopy(extents, 0, shape, 1, extents.length);
            shape[0] = longest ? Long.MAX_VALUE : buffer.elements() / ElementBuffer.elements(extents, 1);
            return shape;
        }

        private void finish() throws IOException {
            if (discarded) {
                return;
            }
            buffer.flush();
            long elements = buffer.elements();
            if (expected >= 0 && elements != expected) {
                throw new IllegalStateException("tensor '%s' of shape %s needs %d elements, got %d"
                        .formatted(name, Arrays.toString(extents), expected, elements));
            }
            if (expected < 0 && elements % ElementBuffer.elements(extents, 1) != 0) {
                throw new IllegalStateException("tensor '%s' got %d elements, which is no whole number of rows of %s"
                        .formatted(name, elements, Arrays.toString(extents)));
            }
            AtomicFile source = spool;
            if (source != null) {
                ByteBuffer block = ByteBuffer.allocate(COPY_BLOCK);
                for (long at = 0; source.read(block, at) > 0; block.clear()) {
                    at += block.flip().remaining();
                    crc.update(block.duplicate());
                    file.append(block);
                }
            }
            close();
        }

        private void close() throws IOException {
            if (spool != null) {
                spool.close();
            }
        }
    }
}
