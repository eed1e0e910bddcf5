// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonWriter;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Neighbour;
import io.github.stray.extract.OneLineId;
import io.github.stray.threshold.Verdict;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes scores as a stream, as CSV or JSON lines, with the columns {@code
 * id,score,verdict,p_value[,label][,set][,neighbour_1,similarity_1,..]}.
 *
 * <p>{@code verdict} is {@code in} or {@code out}; verdict and p-value are empty without calibration. Numbers are printed
 * so that they read back exactly; infinite scores are {@code Infinity} and {@code -Infinity}, in JSON lines as strings,
 * because JSON has no such number. {@code label} is the name of the class, or its number where names are unknown. {@code
 * neighbour_1} is the id of the most similar ID sample. What is missing is an empty field, or {@code null} in JSON lines.
 * Line breaks and tabs in ids are written as such, within quotes in CSV; {@link ScoreFile} reads them back.
 *
 * <p>Not safe for concurrent use.
 */
public final class ScoreWriter implements Closeable {
    /** The columns that are always there. */
    static final List<String> FIRST_COLUMNS = List.of("id", "score", "verdict", "p_value");

    /** What spreadsheets take for a formula, or pass over before one. */
    private static final Pattern FORMULA = Pattern.compile("[=+@\t\r\n-].*", Pattern.DOTALL);

    /**
     * The optional columns.
     *
     * @param label whether there is a column {@code label}
     * @param classNames class names in label order; empty if unknown
     * @param set whether there is a column {@code set}
     * @param neighbours number of neighbours, at least 0
     */
    public record Columns(boolean label, List<String> classNames, boolean set, int neighbours) {
        /** Checks the count. */
        public Columns {
            if (neighbours < 0) {
                throw new IllegalArgumentException("neighbours must be at least 0, was " + neighbours);
            }
            classNames = List.copyOf(classNames);
        }

        /** {@return none of them: id, score, verdict and p-value only} */
        public static Columns none() {
            return new Columns(false, List.of(), false, 0);
        }

        private List<String> names() {
            var names = new ArrayList<>(FIRST_COLUMNS);
            if (label) {
                names.add("label");
            }
            if (set) {
                names.add("set");
            }
            for (int i = 1; i <= neighbours; i++) {
                names.add("neighbour_" + i);
                names.add("similarity_" + i);
            }
            return names;
        }
    }

    private final Writer out;
    private final @Nullable AtomicFile file;
    private final ScoreFormat format;
    private final Columns columns;
    private final List<String> names;
    private boolean forSpreadsheets;

    private ScoreWriter(OutputStream stream, @Nullable AtomicFile file, ScoreFormat format, Columns columns)
            throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 1 << 16);
        this.file = file;
        this.format = format;
        this.columns = columns;
        this.names = columns.names();
        if (format == ScoreFormat.CSV) {
            out.write(csv(names));
        }
    }

    /**
     * {@return the writer of a new file, which appears under its name when it is committed}
     *
     * @param target {@code .csv} or {@code .jsonl}; an existing file is replaced on commit
     * @param columns the optional columns
     * @throws IllegalArgumentException for another suffix
     * @throws IOException if no file can be made there; the message says why
     */
    public static ScoreWriter create(Path target, Columns columns) throws IOException {
        ScoreFormat format = ScoreFormat.of(target);
        AtomicFile file = AtomicFile.create(target);
        return new ScoreWriter(file.stream(), file, format, columns);
    }

    /**
     * Writes to a stream, such as standard output. Neither commit nor close closes it.
     *
     * @param stream where to write
     * @param format CSV or JSON lines
     * @param columns the optional columns
     * @return the writer
     * @throws IOException if the header cannot be written
     */
    public static ScoreWriter to(OutputStream stream, ScoreFormat format, Columns columns) throws IOException {
        return new ScoreWriter(stream, null, format, columns);
    }

    /**
     * Writes CSV for people who open it in a spreadsheet: ids and names of classes and sets stand in quotes, with a
     * {@code '} before those that begin with {@code = + - @}, a tab or a line break, which would else be taken for formulas.
     * They are then not what they were. JSON lines stay as they are.
     *
     * @return this writer, before any row is written
     */
    public ScoreWriter forSpreadsheets() {
        forSpreadsheets = true;
        return this;
    }

    /**
     * Writes a row of a file without the column {@code set}.
     *
     * @param detection what the detector said
     * @throws IllegalArgumentException if the score is NaN, the label is outside the class names or there are more
     *     neighbours than columns; nothing of the row is written then
     * @throws IOException if it cannot be written
     */
    public void write(Detection detection) throws IOException {
        if (columns.set) {
            throw new IllegalArgumentException("the rows have a column 'set', say which it is");
        }
        row(detection, Optional.empty());
    }

    /**
     * Writes a row of a file with the column {@code set}.
     *
     * @param detection what the detector said
     * @param set name of the set the sample belongs to, such as {@code id}
     * @throws IllegalArgumentException if the score is NaN, the label is outside the class names, there are more
     *     neighbours than columns, or no column {@code set}; nothing of the row is written then
     * @throws IOException if it cannot be written
     */
    public void write(Detection detection, String set) throws IOException {
        if (!columns.set) {
            throw new IllegalArgumentException("the rows have no column 'set'");
        }
        row(detection, Optional.of(set));
    }

    private void row(Detection detection, Optional<String> set) throws IOException {
        if (Double.isNaN(detection.score())) {
            throw new IllegalArgumentException("the score of sample '%s' is NaN".formatted(detection.id()));
        }
        List<Neighbour> neighbours = detection.neighbours();
        if (neighbours.size() > columns.neighbours) {
            throw new IllegalArgumentException("%d neighbours of sample '%s' for %d columns"
                    .formatted(neighbours.size(), detection.id(), columns.neighbours));
        }
        var cells = new ArrayList<@Nullable Object>();
        cells.add(id(detection.id()));
        cells.add(detection.score());
        cells.add(detection.verdict().map(Verdict::word).orElse(null));
        cells.add(detection.pValue().isPresent() ? detection.pValue().getAsDouble() : null);
        if (columns.label) {
            cells.add(label(detection));
        }
        set.ifPresent(cells::add);
        for (Neighbour neighbour : neighbours) {
            cells.add(id(neighbour.id()));
            cells.add(neighbour.similarity());
        }
        while (cells.size() < names.size()) {
            cells.add(null);
        }
        out.write(format == ScoreFormat.CSV ? csv(cells) : json(cells));
    }

    private @Nullable Object label(Detection detection) {
        if (detection.label().isEmpty()) {
            return null;
        }
        int label = detection.label().getAsInt();
        int classes = columns.classNames.size();
        if (classes == 0) {
            return label;
        }
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("label %d of sample '%s' is none of the %d class names, numbered from 0"
                    .formatted(label, detection.id(), classes));
        }
        return columns.classNames.get(label);
    }

    private String id(String id) {
        return format == ScoreFormat.CSV ? OneLineId.withBreaks(id) : OneLineId.name(id);
    }

    private String csv(List<? extends @Nullable Object> cells) {
        var line = new StringJoiner(",", "", "\n");
        for (Object cell : cells) {
            String text = cell == null ? "" : cell.toString();
            boolean foreign = forSpreadsheets && cell instanceof String;
            if (foreign && FORMULA.matcher(text).matches()) {
                text = "'" + text;
            }
            line.add(foreign ? CsvFile.quoted(text) : CsvFile.field(text));
        }
        return line.toString();
    }

    private String json(List<@Nullable Object> cells) {
        var line = new StringJoiner(",", "{", "}\n");
        for (int i = 0; i < cells.size(); i++) {
            Object cell = cells.get(i);
            Object value = cell instanceof Double number && !Double.isFinite(number) ? number.toString() : cell;
            line.add('"' + names.get(i) + "\":" + (value instanceof String text ? JsonWriter.string(text) : value));
        }
        return line.toString();
    }

    /**
     * Flushes; a file gets its name.
     *
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public void commit() throws IOException {
        out.flush();
        if (file != null) {
            file.commit();
        }
    }

    /** Deletes the file unless it was committed. May be called again. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
