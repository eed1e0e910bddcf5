// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonReader;
import io.github.stray.extract.OneLineId;
import io.github.stray.provenance.InputFile;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import io.github.stray.threshold.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scores read from a file: CSV with a header, JSON lines ({@code .jsonl}), or a one-dimensional {@code .npy} array. Only
 * the column {@code score} must be there; {@code verdict}, {@code set} and {@code id} are used where they are. Immutable.
 *
 * <p>CSV is UTF-8, may start with a byte order mark, end lines with LF or CRLF, quote fields (RFC 4180) and end with blank lines.
 * Scores may be infinite ({@code Infinity}, {@code inf}, with sign, in JSON lines as strings), not NaN.
 */
public final class ScoreFile {
    /**
     * How often each verdict occurs.
     *
     * @param in rows judged in-distribution
     * @param out rows judged out-of-distribution
     */
    public record VerdictCounts(long in, long out) {}

    private final Path path;
    private final Scores scores;
    private final Optional<VerdictCounts> verdicts;
    private final Optional<List<String>> ids;

    /** Kept only where they hold several sets. */
    private final @Nullable ScoreColumns columns;

    private ScoreFile(Path path, ScoreColumns columns) {
        this.path = path;
        long in = columns.count(Verdict.IN);
        long out = columns.count(Verdict.OUT);
        this.verdicts = in + out == 0 ? Optional.empty() : Optional.of(new VerdictCounts(in, out));
        this.ids = columns.ids();
        this.scores = Scores.of(columns.scores());
        this.columns = columns.sets().isEmpty() ? null : columns;
    }

    /**
     * Reads scores without ids. They are kept in 8 bytes a row, 21 where there are sets; about 25 are needed while they are
     * read.
     *
     * @param path the file
     * @return the scores
     * @throws BadFileException if it is no score file, a row lacks its score or has one that is no number; the message
     *     gives the line
     * @throws IOException if it cannot be read
     */
    public static ScoreFile read(Path path) throws IOException {
        return read(path, false);
    }

    /**
     * Reads scores and ids.
     *
     * @param path the file
     * @return the scores
     * @throws BadFileException as {@link #read(Path)}
     * @throws IOException if it cannot be read
     */
    public static ScoreFile readWithIds(Path path) throws IOException {
        return read(path, true);
    }

    private static ScoreFile read(Path path, boolean withIds) throws IOException {
        ForeignFormat.refuse(path);
        if (Files.isDirectory(path)) {
            throw new UnsupportedFileException(path, "is a folder, expected a score file");
        }
        String name = path.toString().toLowerCase(Locale.ROOT);
        refuseOurOther(path, name);
        if (name.endsWith(".npy")) {
            return readNpy(path);
        }
        var columns = new ScoreColumns(path, withIds);
        if (name.endsWith(".jsonl")) {
            readJsonLines(path, columns);
        } else {
            readCsv(path, columns);
        }
        return new ScoreFile(path, columns);
    }

    private static void refuseOurOther(Path path, String name) {
        if (!Files.isRegularFile(path)) {
            return;
        }
        String file = path.toString();
        if (name.endsWith(".stray")) {
            throw new RefusedException(
                    file + ": is a fitted detector, not scores; make scores with it", Remedy.SCORE_WITH, file);
        }
        if (name.endsWith(".safetensors")) {
            throw new RefusedException(file + ": holds features, not scores; score them first", Remedy.SCORE, file);
        }
    }

    private static ScoreFile readNpy(Path path) throws IOException {
        Tensor array = Npy.read(path);
        if (!array.type().isFloat() || array.shape().length != 1) {
            throw new UnsupportedFileException(path, "scores must be one-dimensional floating point, got " + array);
        }
        var columns = new ScoreColumns(path, false);
        double[] values = array.toDoubles();
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                throw new UnsupportedFileException(path, "the score of row %d is NaN".formatted(i));
            }
            columns.add(i, values[i], null, null, null);
        }
        return new ScoreFile(path, columns);
    }

    private static void readCsv(Path path, ScoreColumns columns) throws IOException {
        try (InputStream in = InputFile.open(path)) {
            var records = new CsvRecords(path, in);
            if (!records.next()) {
                throw new UnsupportedFileException(path, "is empty, expected a header with a column 'score'");
            }
            var header = new ArrayList<String>();
            for (int i = 0; i < records.fields(); i++) {
                header.add(records.field(i).strip());
            }
            int score = column(path, header, "score");
            int verdict = column(path, header, "verdict");
            int set = column(path, header, "set");
            int id = column(path, header, "id");
            if (score < 0) {
                throw new UnsupportedFileException(
                        path, "line 1: no column 'score' in the header %s".formatted(shortened(header.toString())));
            }
            while (records.next()) {
                if (records.fields() != header.size()) {
                    throw new UnsupportedFileException(
                            path,
                            "line %d has %d fields, the header %d"
                                    .formatted(records.line(), records.fields(), header.size()));
                }
                long line = records.line();
                double number = columns.number(line, records.field(score));
                String word = verdict < 0 ? null : records.field(verdict);
                String inSet = set < 0 ? null : records.field(set);
                String name = id < 0 || !columns.withIds() ? null : OneLineId.withoutBreaks(records.field(id));
                columns.add(line, number, word, inSet, name);
            }
        }
    }

    private static int column(Path path, List<String> header, String name) throws UnsupportedFileException {
        int index = header.indexOf(name);
        if (index != header.lastIndexOf(name)) {
            throw new UnsupportedFileException(path, "line 1: two columns are called '%s'".formatted(name));
        }
        return index;
    }

    private static void readJsonLines(Path path, ScoreColumns columns) throws IOException {
        try (BufferedReader lines = new BufferedReader(new LineLimit(
                path, new InputStreamReader(InputFile.open(path), StandardCharsets.UTF_8.newDecoder())))) {
            readArray(path, new JsonLines(path, lines), columns);
        } catch (JsonParserException e) {
            // The parser hides what its reader threw.
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new UnsupportedFileException(path, "not JSON lines: " + e.getMessage(), e);
        }
    }

    private static void readArray(Path path, JsonLines joined, ScoreColumns columns)
            throws JsonParserException, UnsupportedFileException {
        JsonReader json = JsonReader.from(joined);
        json.array();
        long line = 0;
        while (json.next()) {
            line++;
            if (json.current() != JsonReader.Type.OBJECT) {
                throw new UnsupportedFileException(path, "line %d is no JSON object".formatted(line));
            }
            readObject(json, line, columns);
        }
        if (line != joined.lines()) {
            throw new UnsupportedFileException(
                    path, "%d lines hold %d JSON objects, expected one a line".formatted(joined.lines(), line));
        }
    }

    private static void readObject(JsonReader json, long line, ScoreColumns columns)
            throws JsonParserException, UnsupportedFileException {
        Double score = null;
        String verdict = null;
        String set = null;
        String id = null;
        var keys = new HashSet<String>();
        json.object();
        while (json.next()) {
            if (!keys.add(json.key())) {
                throw columns.bad(line, "the key '%s' is given twice".formatted(shortened(json.key())));
            }
            switch (json.key()) {
                case "score" -> score = score(json, line, columns);
                case "verdict" -> verdict = text(json, line, "verdict", columns);
                case "set" -> set = text(json, line, "set", columns);
                case "id" -> id = text(json, line, "id", columns);
                default -> skip(json, line, columns, 0);
            }
        }
        if (score == null) {
            throw columns.bad(line, "no score");
        }
        columns.add(line, score, verdict, set, id == null ? null : OneLineId.of(id));
    }

    /** The reader must be led through what is inside a value. */
    private static void skip(JsonReader json, long line, ScoreColumns columns, int depth)
            throws JsonParserException, UnsupportedFileException {
        switch (json.current()) {
            case OBJECT -> json.object();
            case ARRAY -> json.array();
            default -> {
                return;
            }
        }
        if (depth == JsonBurden.DEEPEST) {
            throw columns.bad(line, "nested more than %d deep".formatted(JsonBurden.DEEPEST));
        }
        while (json.next()) {
            skip(json, line, columns, depth + 1);
        }
    }

    private static double score(JsonReader json, long line, ScoreColumns columns)
            throws JsonParserException, UnsupportedFileException {
        return switch (json.current()) {
            case NUMBER -> columns.finite(line, json.doubleVal());
            case STRING -> columns.number(line, json.string());
            default -> throw columns.bad(line, "the score is no number");
        };
    }

    private static @Nullable String text(JsonReader json, long line, String key, ScoreColumns columns)
            throws JsonParserException, UnsupportedFileException {
        return switch (json.current()) {
            case NULL -> null;
            case STRING -> json.string();
            default -> throw columns.bad(line, "%s is no string".formatted(key));
        };
    }

    static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "..";
    }

    /** {@return the file's path as it was given} */
    public Path path() {
        return path;
    }

    /** {@return the scores as they stand in the file, one a row} */
    public Scores scores() {
        return scores;
    }

    /** {@return how many rows have which verdict, where the file has any} */
    public Optional<VerdictCounts> verdicts() {
        return verdicts;
    }

    /** {@return sample ids, one a row; empty if the file has none or they were not asked for} */
    public Optional<List<String>> ids() {
        return ids;
    }

    /** {@return values of the column {@code set} in order of appearance; empty if there is no such column} */
    public List<String> sets() {
        return columns == null ? List.of() : columns.sets();
    }

    /**
     * {@return the rows of one set}
     *
     * @param name value of the column {@code set}
     * @throws IllegalArgumentException if no row has it
     */
    public ScoreFile set(String name) {
        if (columns == null || !columns.sets().contains(name)) {
            throw new IllegalArgumentException("%s has no rows of set '%s'; it has %s".formatted(path, name, sets()));
        }
        return new ScoreFile(path, columns.ofSet(name));
    }
}
