// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A MATLAB file of level 5 (what MATLAB writes with {@code -v6} and {@code -v7}), little-endian. Variables are looked for from
 * the front of the file each time; nothing is kept but what is asked for. Arrays are in MATLAB's order, first index fastest.
 * Complex, sparse and structure arrays are passed over. Immutable and safe for concurrent use.
 *
 * <p>Source: MathWorks, MAT-File Format, chapter 1.
 */
public final class MatFile {
    /** Values and cells that are read into memory. */
    private static final long MOST_VALUES = 4_000_000;

    /** Characters of all texts of a cell array. */
    private static final long MOST_CHARACTERS = 64L << 20;

    private static final int HEADER = 128;
    private static final int CELL = 1;
    private static final int CHARACTERS = 4;
    private static final int UINT8_ARRAY = 9;
    private static final int SMALLEST_NUMERIC = 6;
    private static final int LARGEST_NUMERIC = 15;

    private final Path file;

    private MatFile(Path file) {
        this.file = file;
    }

    /**
     * {@return a file}
     *
     * @param file the file
     * @throws IOException if it cannot be read or has another format
     */
    public static MatFile of(Path file) throws IOException {
        var mat = new MatFile(file);
        mat.open().close();
        return mat;
    }

    /**
     * {@return all numbers of an array, first index fastest}
     *
     * @param name the variable
     * @throws IOException if there is no such array of numbers, or the file is damaged
     */
    public double[] numbers(String name) throws IOException {
        try (MatElements in = open()) {
            MatArray array = find(in, name);
            if (array.type() < SMALLEST_NUMERIC || array.type() > LARGEST_NUMERIC) {
                throw in.wrong("'%s' is no array of numbers".formatted(name));
            }
            return in.numbers(countInMemory(in, array));
        }
    }

    /**
     * {@return all texts of a cell array, first index fastest}
     *
     * @param name the variable
     * @throws IOException if there is no such cell array of texts, or the file is damaged
     */
    public List<String> texts(String name) throws IOException {
        try (MatElements in = open()) {
            MatArray cells = find(in, name);
            if (cells.type() != CELL) {
                throw in.wrong("'%s' is no cell array".formatted(name));
            }
            int count = countInMemory(in, cells);
            var texts = new ArrayList<String>(Math.min(count, 1 << 16));
            long characters = 0;
            for (int i = 0; i < count; i++) {
                MatArray cell = in.cell();
                if (cell.count() == 0) {
                    if (cell.type() != 0) {
                        in.skipEmpty();
                    }
                    texts.add("");
                } else if (cell.type() == CHARACTERS) {
                    String text = in.text();
                    characters += text.length();
                    if (characters > MOST_CHARACTERS) {
                        throw in.wrong("the texts of '%s' are longer than what is read into memory".formatted(name));
                    }
                    texts.add(text);
                } else {
                    throw in.wrong("cell %d of '%s' is no text".formatted(i + 1, name));
                }
            }
            return texts;
        }
    }

    /**
     * {@return an array of type {@code uint8}, to be read part by part, for arrays larger than memory; to be closed}
     *
     * @param name the variable
     * @throws IOException if there is no such array, or the file is damaged
     */
    public MatBytes bytes(String name) throws IOException {
        MatElements in = open();
        try {
            MatArray array = find(in, name);
            if (array.type() != UINT8_ARRAY) {
                throw in.wrong("'%s' is no array of type uint8".formatted(name));
            }
            return in.bytes(array);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private MatArray find(MatElements in, String name) throws IOException {
        for (@Nullable MatArray array = in.next(); array != null; array = in.next()) {
            if (array.name().equals(name)) {
                return array;
            }
        }
        throw in.wrong("it has no variable '%s'".formatted(name));
    }

    private static int countInMemory(MatElements in, MatArray array) throws IOException {
        if (array.count() > MOST_VALUES) {
            throw in.wrong(
                    "'%s' has %,d values, more than are read into memory".formatted(array.name(), array.count()));
        }
        return (int) array.count();
    }

    private MatElements open() throws IOException {
        var in = new MatElements(file);
        try {
            byte[] header = in.header(HEADER);
            String text = new String(header, StandardCharsets.ISO_8859_1);
            if (text.startsWith("MATLAB 7.3")) {
                throw new IOException(
                        "%s is a MATLAB 7.3 file, which is HDF5 and not read: save it again with -v7".formatted(file));
            }
            if (header.length < HEADER || !text.endsWith("\u0000\u0001IM")) {
                throw new IOException("%s is no little-endian MATLAB file of level 5, or truncated".formatted(file));
            }
            return in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }
}
