// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Shows lines as the elements of one JSON array, so that one parser reads them all and counts lines as the file does. */
final class JsonLines extends Reader {
    private final Path path;
    private final BufferedReader in;
    private @Nullable String next;
    private Reader chunk = new StringReader("[");
    private long lines;
    private boolean ended;

    JsonLines(Path path, BufferedReader in) throws IOException {
        this.path = path;
        this.in = in;
        String first = line();
        this.next = first != null && first.startsWith("\uFEFF") ? first.substring(1) : first;
    }

    private @Nullable String line() throws IOException {
        try {
            return in.readLine();
        } catch (CharacterCodingException e) {
            throw new UnsupportedFileException(path, "is not UTF-8", e);
        }
    }

    /** Lines shown so far. */
    long lines() {
        return lines;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        int count = chunk.read(target, offset, length);
        return count < 0 && advance() ? chunk.read(target, offset, length) : count;
    }

    private boolean advance() throws IOException {
        if (ended) {
            return false;
        }
        String line = next;
        if (line == null || line.isBlank()) {
            requireBlankRest(line);
            chunk = new StringReader("]");
            ended = true;
            return true;
        }
        next = line();
        lines++;
        requireOwnBrackets(line);
        chunk = new StringReader(next == null || next.isBlank() ? line : line + ",\n");
        return true;
    }

    /** Otherwise a line could end the array, and what follows would be passed over. */
    private void requireOwnBrackets(String line) throws UnsupportedFileException {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            switch (line.charAt(i)) {
                case '"' -> quoted = !quoted;
                case '\\' -> i++;
                case '[', '{' -> depth += quoted ? 0 : 1;
                case ']', '}' -> depth -= quoted ? 0 : 1;
                default -> {}
            }
            if (depth < 0) {
                throw new UnsupportedFileException(
                        path, "line %d closes a bracket that it does not open".formatted(lines));
            }
        }
    }

    private void requireBlankRest(@Nullable String first) throws IOException {
        for (String line = first; line != null; line = line()) {
            if (!line.isBlank()) {
                throw new UnsupportedFileException(path, "line %d is blank, and rows follow".formatted(lines + 1));
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
