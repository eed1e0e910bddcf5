// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads comma-separated records (RFC 4180) without making an object a field. Lines end with LF or CRLF; a byte order mark
 * is skipped; blank lines are allowed only at the end.
 */
final class CsvRecords {
    private static final int LONGEST = 1 << 24;
    private static final int MOST_FIELDS = 1 << 20;

    private final Path path;
    private final InputStream in;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private byte[] text = new byte[256];
    private int[] ends = new int[16];
    private int length;
    private int fields;
    private long line = 1;
    private long recordLine;

    CsvRecords(Path path, InputStream raw) throws IOException {
        this.path = path;
        this.in = new BufferedInputStream(raw, 1 << 16);
        if (peek() == 0xEF) {
            for (int expected : new int[] {0xEF, 0xBB, 0xBF}) {
                if (in.read() != expected) {
                    throw new UnsupportedFileException(path, "starts with bytes that are not UTF-8");
                }
            }
        }
    }

    /** Moves to the next record; false at the end. */
    boolean next() throws IOException {
        if (!record()) {
            return false;
        }
        if (!blank()) {
            return true;
        }
        long blankLine = recordLine;
        while (record()) {
            if (!blank()) {
                throw new UnsupportedFileException(path, "line %d is blank, and rows follow".formatted(blankLine));
            }
        }
        return false;
    }

    /** Line on which the record starts, from 1. */
    long line() {
        return recordLine;
    }

    int fields() {
        return fields;
    }

    String field(int index) throws UnsupportedFileException {
        int start = index == 0 ? 0 : ends[index - 1];
        try {
            return utf8.decode(ByteBuffer.wrap(text, start, ends[index] - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnsupportedFileException(
                    path, "field %d of line %d is not UTF-8".formatted(index + 1, recordLine), e);
        }
    }

    private boolean blank() {
        return fields == 1 && length == 0;
    }

    private boolean record() throws IOException {
        length = 0;
        fields = 0;
        recordLine = line;
        int c = in.read();
        if (c < 0) {
            return false;
        }
        while (true) {
            if (c == '"' && length == start()) {
                quoted();
                c = in.read();
                if (c != ',' && c != '\n' && c >= 0 && !(c == '\r' && peek() == '\n')) {
                    throw new UnsupportedFileException(
                            path, "line %d: '%c' follows a closing quote".formatted(line, (char) c));
                }
            }
            if (c == '\r' && peek() == '\n') {
                c = in.read();
            }
            if (c == ',' || c == '\n' || c < 0) {
                endField();
                if (c != ',') {
                    line += c == '\n' ? 1 : 0;
                    return true;
                }
            } else {
                put(c);
            }
            c = in.read();
        }
    }

    private void quoted() throws IOException {
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new TruncatedFileException(path, "it ends inside the quoted field of line " + recordLine);
            }
            if (c == '"') {
                if (peek() != '"') {
                    return;
                }
                in.read();
            } else if (c == '\n') {
                line++;
            }
            put(c);
        }
    }

    private int start() {
        return fields == 0 ? 0 : ends[fields - 1];
    }

    private void endField() throws UnsupportedFileException {
        if (fields == ends.length) {
            if (fields >= MOST_FIELDS) {
                throw new UnsupportedFileException(
                        path,
                        "line %d has more than %,d fields; is this a CSV file?".formatted(recordLine, MOST_FIELDS));
            }
            ends = Arrays.copyOf(ends, fields * 2);
        }
        ends[fields++] = length;
    }

    private void put(int c) throws UnsupportedFileException {
        if (length == text.length) {
            if (length >= LONGEST) {
                throw new UnsupportedFileException(
                        path, "line %d is longer than %d bytes; is this a CSV file?".formatted(recordLine, LONGEST));
            }
            text = Arrays.copyOf(text, length * 2);
        }
        text[length++] = (byte) c;
    }

    private int peek() throws IOException {
        in.mark(1);
        int c = in.read();
        in.reset();
        return c;
    }
}
