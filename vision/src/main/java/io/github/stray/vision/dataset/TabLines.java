// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.OneLineId;
import io.github.stray.provenance.InputFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lines {@code entry TAB label} or {@code entry} of a list, one at a time: UTF-8, ended by LF, CR LF or CR, of at most
 * 10,000 bytes. Blank lines and a byte order mark are skipped.
 */
final class TabLines implements Closeable {
    private static final int MAX_LINE = 10_000;

    private final Path file;
    private final String form;
    private final InputStream in;
    private int number;
    private boolean skipLineFeed;

    /** Reads a file from its start; {@code form} is how a line is written, for messages. */
    TabLines(Path file, String form) throws IOException {
        this.file = file;
        this.form = form;
        this.in = new BufferedInputStream(InputFile.open(file));
    }

    /** A line that is not blank, and its number from 1. */
    record Line(int number, String entry, @Nullable String label) {}

    /** The next line, null after the last. */
    @Nullable
    Line next() throws IOException {
        for (@Nullable String text = text(); text != null; text = text()) {
            if (number == 1 && text.startsWith("\uFEFF")) {
                text = text.substring(1);
            }
            if (text.isBlank()) {
                continue;
            }
            int tab = text.indexOf('\t');
            String entry = tab < 0 ? text : text.substring(0, tab);
            String label = tab < 0 ? "" : text.substring(tab + 1).strip();
            if (entry.isBlank() || label.indexOf('\t') >= 0) {
                throw wrong("expected %s, got '%s'".formatted(form, OneLineId.of(text)));
            }
            return new Line(number, entry, label.isEmpty() ? null : label);
        }
        return null;
    }

    /** Passes over the next line, whatever it holds. */
    void skip() throws IOException {
        text();
    }

    /** The next line without its end; no more of it is kept than a line may have. */
    private @Nullable String text() throws IOException {
        int next = in.read();
        if (skipLineFeed && next == '\n') {
            next = in.read();
        }
        skipLineFeed = false;
        if (next < 0) {
            return null;
        }
        number++;
        var line = new ByteArrayOutputStream();
        for (; next >= 0 && next != '\n' && next != '\r'; next = in.read()) {
            if (line.size() == MAX_LINE) {
                throw wrong("the line is longer than %d bytes; expected %s".formatted(MAX_LINE, form));
            }
            line.write(next);
        }
        skipLineFeed = next == '\r';
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DatasetException("%s, line %d: not UTF-8 text".formatted(file, number), e);
        }
    }

    /** What is wrong in the line that was read last. */
    DatasetException wrong(String why) {
        return new DatasetException("%s, line %d: %s".formatted(file, number, why));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
