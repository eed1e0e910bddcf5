// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Shows lines as the elements of one JSON array, so that one parser reads them all and counts lines as the file does. */
final class JsonLines extends Reader {
    private final Path path;
    private final BufferedReader in;
    private @Nullable String next;
    private String chunk = "[";
    private int at;
    private long lines;
    private boolean ended;
    private @Nullable IOException failure;

    JsonLines(Path path, BufferedReader in) throws IOException {
        this.path = path;
        this.in = in;
        String first = in.readLine();
        this.next = first != null && first.startsWith("\uFEFF") ? first.substring(1) : first;
    }

    /** Lines shown so far. */
    long lines() {
        return lines;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        try {
            if (at == chunk.length() && !advance()) {
                return -1;
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        int count = Math.min(length, chunk.length() - at);
        chunk.getChars(at, at + count, target, offset);
        at += count;
        return count;
    }

    /** The parser hides what this reader threw. */
    void rethrow() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    private boolean advance() throws IOException {
        if (ended) {
            return false;
        }
        at = 0;
        String line = next;
        if (line == null || line.isBlank()) {
            requireBlankRest(line);
            chunk = "]";
            ended = true;
            return true;
        }
        next = in.readLine();
        lines++;
        requireOwnBrackets(line);
        chunk = next == null || next.isBlank() ? line : line + ",\n";
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
        for (String line = first; line != null; line = in.readLine()) {
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
