// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import io.github.stray.vision.archive.Inflating;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
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
    private final FileChannel channel;

    /** What is read from: the file, or the variable, inflated. */
    private InputStream body;

    /** Where the next variable starts. */
    private long next;

    MatElements(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file);
        this.body = at(0);
    }

    private InputStream at(long position) throws IOException {
        channel.position(position);
        return new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    }

    /** What stands before an element's data, and the bytes that follow them. */
    private record Tag(int type, long length, int padding) {}

    /** The text before the first variable, cut where the file ends. */
    byte[] header(int length) throws IOException {
        next = length;
        return body.readNBytes(length);
    }

    /** The next variable, null after the last; its values are to be read or left. */
    @Nullable
    MatArray next() throws IOException {
        if (next == channel.size()) {
            return null;
        }
        body = at(next);
        Tag tag = tag();
        next += 8 + tag.length();
        if (tag.type() == COMPRESSED) {
            body = new BufferedInputStream(Inflating.of(body, InflaterInputStream::new), 1 << 16);
            tag = tag();
        }
        return array(tag);
    }

    /** A cell of a cell array. */
    MatArray cell() throws IOException {
        return array(tag());
    }

    private MatArray array(Tag tag) throws IOException {
        if (tag.type() != MATRIX) {
            throw wrong("an array is expected, and an element of type %d found".formatted(tag.type()));
        }
        return tag.length() == 0 ? new MatArray(0, List.of(0), 0, "") : header();
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
            boolean tooMany = Math.multiplyHigh(count, length) != 0 || count * length < 0;
            if (length < 0 || tooMany || dimensions.size() == MOST_DIMENSIONS) {
                throw wrong("an array has impossible dimensions");
            }
            dimensions.add(length);
            count *= length;
        }
        String name = StandardCharsets.ISO_8859_1.decode(small(INT8)).toString();
        return new MatArray(type, dimensions, count, name);
    }

    /** Passes over the data of an array without values, of which there is a tag. */
    void skipEmpty() throws IOException {
        if (tag().length() != 0) {
            throw wrong("an array without values has some");
        }
    }

    /** The data of an array of numbers. */
    double[] numbers(int count) throws IOException {
        Tag tag = tag();
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
        Tag tag = tag();
        Charset charset = switch (tag.type()) {
            case UINT16 -> StandardCharsets.UTF_16LE;
            case UTF8 -> StandardCharsets.UTF_8;
            case INT8, UINT8 -> StandardCharsets.ISO_8859_1;
            default -> throw wrong("characters of type %d are not known".formatted(tag.type()));
        };
        return charset.decode(data(tag, MOST_SMALL)).toString();
    }

    /** The data of an array of bytes, not read yet. */
    MatBytes bytes(MatArray array) throws IOException {
        Tag tag = tag();
        if (tag.type() != UINT8 || tag.length() != array.count()) {
            throw wrong("an array of %,d bytes has %,d of type %d".formatted(array.count(), tag.length(), tag.type()));
        }
        return new MatBytes(array.dimensions(), tag.length(), this);
    }

    private ByteBuffer small(int type) throws IOException {
        Tag tag = tag();
        if (tag.type() != type) {
            throw wrong("an element of type %d is expected, and one of type %d found".formatted(type, tag.type()));
        }
        return data(tag, MOST_SMALL);
    }

    private ByteBuffer data(Tag tag, int most) throws IOException {
        if (tag.length() > most) {
            throw wrong("an element has %,d bytes, more than belong there".formatted(tag.length()));
        }
        ByteBuffer data = exactly((int) tag.length());
        exactly(tag.padding());
        return data;
    }

    private Tag tag() throws IOException {
        int type = exactly(4).getInt();
        int inside = type >>> 16;
        if (inside > 4) {
            throw wrong("a tag holds %d bytes".formatted(inside));
        }
        if (inside > 0) {
            return new Tag(type & 0xFFFF, inside, 4 - inside);
        }
        long length = Integer.toUnsignedLong(exactly(4).getInt());
        return new Tag(type, length, (int) (-length & 7));
    }

    /** The next bytes, all of them. */
    ByteBuffer exactly(int length) throws IOException {
        byte[] bytes;
        try {
            bytes = body.readNBytes(length);
        } catch (IOException e) {
            throw truncated(e);
        }
        if (bytes.length < length) {
            throw truncated(null);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
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
        channel.close();
    }
}
