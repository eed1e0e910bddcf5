// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.feature.IdView;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Sample ids in a file, one a line, decoded when asked for: beside their text a million ids cost
 * eight megabytes. */
final class IdLines {
    private static final int BLOCK = 1 << 16;

    private IdLines() {}

    /**
     * Writes what {@link #read} reads: UTF-8 with a line feed between ids, none after the last.
     *
     * @throws IllegalArgumentException if the id holds a line break or half a surrogate pair
     */
    static byte[] encode(String id, boolean first) {
        if (id.indexOf('\n') >= 0 || id.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(
                    "sample id '%s' holds a line break, files hold one id a line; rename the sample"
                            .formatted(id.replace("\n", "\\n").replace("\r", "\\r")));
        }
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(first ? id : "\n" + id));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("sample id '%s' is not valid Unicode".formatted(id), e);
        }
    }

    /** Number of ids in a text of which no other part of the file tells it. */
    static long count(Path path, String name, Tensor tensor) throws UnsupportedFileException {
        MemorySegment text = text(path, name, tensor);
        return text.byteSize() == 0 || ended(text) ? breaks(text) : breaks(text) + 1;
    }

    private static long breaks(MemorySegment text) {
        long breaks = 0;
        for (long i = 0; i < text.byteSize(); i++) {
            breaks += text.get(ValueLayout.JAVA_BYTE, i) == '\n' ? 1 : 0;
        }
        return breaks;
    }

    private static boolean ended(MemorySegment text) {
        return text.byteSize() > 0 && text.get(ValueLayout.JAVA_BYTE, text.byteSize() - 1) == '\n';
    }

    private static MemorySegment text(Path path, String name, Tensor tensor) throws UnsupportedFileException {
        if (tensor.type() != ElementType.U8 || tensor.shape().length != 1) {
            throw new UnsupportedFileException(
                    path, "'%s' must be UTF-8 text as U8 [bytes], got %s".formatted(name, tensor));
        }
        return tensor.inMemory().data();
    }

    /** The ids of a tensor, which must be exactly {@code rows}; a line feed after the last is optional. */
    static List<String> read(Path path, String name, Tensor tensor, long rows) throws UnsupportedFileException {
        MemorySegment text = text(path, name, tensor);
        long size = text.byteSize();
        boolean ended = ended(text);
        long lines = 1 + breaks(text);
        boolean dropLast = ended && lines == rows + 1;
        if (rows == 0 && (size == 0 || (size == 1 && ended))) {
            return List.of();
        }
        if (lines - (dropLast ? 1 : 0) != rows) {
            throw new UnsupportedFileException(
                    path, "'%s' holds %d lines for %d rows".formatted(name, ended ? lines - 1 : lines, rows));
        }
        requireUtf8(path, name, text);
        long[] ends = new long[(int) rows];
        int line = 0;
        for (long i = 0; i < size && line < ends.length; i++) {
            if (text.get(ValueLayout.JAVA_BYTE, i) == '\n') {
                ends[line++] = i;
            }
        }
        if (line < ends.length) {
            ends[line] = size;
        }
        return new IdView(ends.length, index -> {
            long start = index == 0 ? 0 : ends[index - 1] + 1;
            byte[] id = text.asSlice(start, ends[index] - start).toArray(ValueLayout.JAVA_BYTE);
            return new String(id, StandardCharsets.UTF_8);
        });
    }

    private static void requireUtf8(Path path, String name, MemorySegment text) throws UnsupportedFileException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer sink = CharBuffer.allocate(BLOCK);
        long at = 0;
        while (at < text.byteSize()) {
            long size = Math.min(BLOCK, text.byteSize() - at);
            ByteBuffer block = text.asSlice(at, size).asByteBuffer();
            boolean last = at + size == text.byteSize();
            CoderResult result = decoder.decode(block, sink, last);
            if (result.isError() || (block.position() == 0 && !result.isOverflow())) {
                throw new UnsupportedFileException(
                        path, "'%s' is not UTF-8 at its byte %d".formatted(name, at + block.position()));
            }
            at += block.position();
            sink.clear();
        }
    }
}
