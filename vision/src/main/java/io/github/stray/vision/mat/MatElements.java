// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The data elements of a MATLAB file, one after another. An element is a tag of 8 bytes (type, length) and its data, padded
 * to 8 bytes; up to 4 bytes of data stand in the tag itself. Variables are elements of type matrix, mostly each compressed.
 */
final class MatElements implements Closeable {
    private static final int INT8 = 1;
    private static final int UINT8 = 2;
    private static final int INT16 = 3;
    private static final int UINT16 = 4;
    private static final int INT32 = 5;
    private static final int UINT32 = 6;
    private static final int SINGLE = 7;
    private static final int DOUBLE = 9;
    private static final int INT64 = 12;
    private static final int UINT64 = 13;
    private static final int MATRIX = 14;
    private static final int COMPRESSED = 15;
    private static final int UTF8 = 16;

    /** Flags, dimensions and names are this long at most, texts in cells too. */
    private static final int MOST_SMALL = 1 << 20;

    private static final int MOST_DIMENSIONS = 32;

    private final Path file;
    private final InputStream in;
    private @Nullable Limited variable;

    /** What is read from: the variable, inflated. */
    private InputStream body;

    MatElements(Path file, InputStream in) {
        this.file = file;
        this.in = in;
        this.body = in;
    }

    /** The length of an element, and its data where they stand in the tag. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Tag(int type, long length, byte @Nullable [] inside) {}

    /** The next variable, null after the last; its values are to be read or left. */
    @Nullable
    MatArray next() throws IOException {
        if (variable != null) {
            variable.finish();
        }
        byte[] first = in.readNBytes(8);
        if (first.length == 0) {
            return null;
        }
        if (first.length < 8) {
            throw truncated(null);
        }
        Tag tag = tag(first);
        variable = new Limited(in, tag.length());
        body = variable;
        if (tag.type() == COMPRESSED) {
            body = new BufferedInputStream(new InflaterInputStream(variable), 1 << 16);
            return array();
        }
        return tag.type() == MATRIX ? header() : new MatArray(0, List.of(0), "");
    }

    /** A matrix with its tag: a cell of a cell array, or what was compressed. */
    MatArray array() throws IOException {
        Tag tag = tag(exactly(8));
        if (tag.type() != MATRIX) {
            throw wrong("an array is expected, and an element of type %d found".formatted(tag.type()));
        }
        return tag.length() == 0 ? new MatArray(0, List.of(0), "") : header();
    }

    private MatArray header() throws IOException {
        ByteBuffer flags = small(UINT32);
        if (flags.remaining() < 4) {
            throw wrong("an array has no flags");
        }
        int type = flags.getInt() & 0xFF;
        ByteBuffer lengths = small(INT32);
        var dimensions = new ArrayList<Integer>();
        long count = 1;
        while (lengths.remaining() >= 4) {
            int length = lengths.getInt();
            if (length < 0 || dimensions.size() == MOST_DIMENSIONS || Math.multiplyHigh(count, length) != 0) {
                throw wrong("an array has impossible dimensions");
            }
            dimensions.add(length);
            count *= length;
            if (count < 0) {
                throw wrong("an array has impossible dimensions");
            }
        }
        ByteBuffer name = small(INT8);
        return new MatArray(
                type, dimensions, StandardCharsets.ISO_8859_1.decode(name).toString());
    }

    /** Passes over the data of an array without values, of which there is a tag. */
    void skipEmpty() throws IOException {
        if (tag(exactly(8)).length() != 0) {
            throw wrong("an array without values has some");
        }
    }

    /** The data of an array of numbers. */
    double[] numbers(int count) throws IOException {
        Tag tag = tag(exactly(8));
        int width = width(tag.type());
        if (tag.length() != (long) width * count) {
            throw wrong("an array of %,d values has %,d bytes of type %d".formatted(count, tag.length(), tag.type()));
        }
        ByteBuffer data = data(tag, Integer.MAX_VALUE - 8);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = switch (tag.type()) {
                case INT8 -> data.get();
                case UINT8 -> data.get() & 0xFF;
                case INT16 -> data.getShort();
                case UINT16 -> data.getShort() & 0xFFFF;
                case INT32 -> data.getInt();
                case UINT32 -> Integer.toUnsignedLong(data.getInt());
                case SINGLE -> data.getFloat();
                case DOUBLE -> data.getDouble();
                default -> data.getLong();
            };
        }
        return numbers;
    }

    private int width(int type) throws IOException {
        return switch (type) {
            case INT8, UINT8 -> 1;
            case INT16, UINT16 -> 2;
            case INT32, UINT32, SINGLE -> 4;
            case DOUBLE, INT64, UINT64 -> 8;
            default -> throw wrong("values of type %d are not known".formatted(type));
        };
    }

    /** The data of an array of characters. */
    String text() throws IOException {
        Tag tag = tag(exactly(8));
        Charset charset = switch (tag.type()) {
            case UINT16 -> StandardCharsets.UTF_16LE;
            case UTF8 -> StandardCharsets.UTF_8;
            case INT8, UINT8 -> StandardCharsets.ISO_8859_1;
            default -> throw wrong("characters of type %d are not known".formatted(tag.type()));
        };
        return charset.decode(data(tag, MOST_SMALL)).toString();
    }

    /** The data of an array of bytes, not read yet. */
    InputStream bytes(long count) throws IOException {
        Tag tag = tag(exactly(8));
        if (tag.type() != UINT8 || tag.length() != count) {
            throw wrong("an array of %,d bytes has %,d of type %d".formatted(count, tag.length(), tag.type()));
        }
        return tag.inside() == null ? new Limited(body, count) : new ByteArrayInputStream(tag.inside());
    }

    private ByteBuffer small(int type) throws IOException {
        Tag tag = tag(exactly(8));
        if (tag.type() != type) {
            throw wrong("an element of type %d is expected, and one of type %d found".formatted(type, tag.type()));
        }
        return data(tag, MOST_SMALL);
    }

    private ByteBuffer data(Tag tag, int most) throws IOException {
        if (tag.inside() != null) {
            return ByteBuffer.wrap(tag.inside()).order(ByteOrder.LITTLE_ENDIAN);
        }
        if (tag.length() > most) {
            throw wrong("an element has %,d bytes, more than belong there".formatted(tag.length()));
        }
        byte[] bytes = exactly((int) tag.length());
        body.readNBytes((int) (-tag.length() & 7));
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private Tag tag(byte[] bytes) throws IOException {
        ByteBuffer tag = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int type = tag.getInt();
        int inside = type >>> 16;
        if (inside == 0) {
            return new Tag(type, Integer.toUnsignedLong(tag.getInt()), null);
        }
        if (inside > 4) {
            throw wrong("a tag holds %d bytes".formatted(inside));
        }
        byte[] data = new byte[inside];
        tag.get(data);
        return new Tag(type & 0xFFFF, inside, data);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes;
        try {
            bytes = body.readNBytes(length);
        } catch (IOException e) {
            throw truncated(e);
        }
        if (bytes.length < length) {
            throw truncated(null);
        }
        return bytes;
    }

    private IOException truncated(@Nullable IOException cause) {
        return new IOException(
                "%s is damaged or truncated%s"
                        .formatted(file, cause == null ? "" : " (" + Objects.toString(cause.getMessage(), "") + ")"),
                cause);
    }

    IOException wrong(String why) {
        return new IOException("%s: %s".formatted(file, why));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** So many bytes of a stream; the end of the stream before that is an error. */
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = super.read(buffer, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("%,d bytes are missing at its end".formatted(left));
            }
            left -= read;
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            byte[] sink = new byte[(int) Math.min(n, 1 << 16)];
            return Math.max(0, read(sink, 0, sink.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        void finish() throws IOException {
            byte[] sink = new byte[1 << 16];
            while (left > 0) {
                if (read(sink, 0, sink.length) < 0) {
                    return;
                }
            }
        }
    }
}
