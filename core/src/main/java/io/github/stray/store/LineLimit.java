// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;

/** Text whose lines are no longer than what fits memory: who reads a line whole keeps at most so much. */
final class LineLimit extends FilterReader {
    /** Characters of a line. */
    static final int LONGEST = 1 << 24;

    private final Path path;
    private long line = 1;
    private long inLine;

    LineLimit(Path path, Reader in) {
        super(in);
        this.path = path;
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        for (int i = offset; i < offset + read; i++) {
            if (into[i] == '\n' || into[i] == '\r') {
                line += into[i] == '\n' ? 1 : 0;
                inLine = 0;
            } else if (++inLine > LONGEST) {
                throw new UnsupportedFileException(
                        path, "line %d is longer than %,d characters".formatted(line, LONGEST));
            }
        }
        return read;
    }
}
