// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.threshold.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The columns of a score file in growing arrays: no object a row, unless ids are wanted. */
final class ScoreColumns {
    private static final int MOST = Integer.MAX_VALUE - 8;
    private static final int NONE = -1;
    private static final Pattern NUMBER = Pattern.compile("[+-]?+(\\d++\\.?+\\d*+|\\.\\d++)([eE][+-]?+\\d++)?+");

    private final Path path;
    private final boolean withIds;
    private final List<String> ids = new ArrayList<>();
    private final Map<String, Integer> sets = new LinkedHashMap<>();
    private double[] scores = new double[1024];
    private @Nullable Verdict[] verdicts = new Verdict[1024];
    private int[] setOf = new int[1024];
    private int rows;

    ScoreColumns(Path path, boolean withIds) {
        this.path = path;
        this.withIds = withIds;
    }

    boolean withIds() {
        return withIds;
    }

    UnsupportedFileException bad(long line, String problem) {
        return new UnsupportedFileException(path, "line %d: %s".formatted(line, problem));
    }

    /** A score as text; {@code 0x1p3}, {@code 1f} and other Java spellings are no numbers here. */
    double number(long line, String text) throws UnsupportedFileException {
        String digits = text.strip();
        if (digits.isEmpty()) {
            throw bad(line, "no score");
        }
        if (NUMBER.matcher(digits).matches()) {
            return finite(line, Double.parseDouble(digits));
        }
        return switch (digits.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            case "nan", "+nan", "-nan" -> throw bad(line, "the score is NaN; a score must be a number");
            default -> throw bad(line, "the score '%s' is no number".formatted(ScoreFile.shortened(digits)));
        };
    }

    /** Infinity is a word; digits that are too large for a double are a mistake. */
    double finite(long line, double number) throws UnsupportedFileException {
        if (Double.isInfinite(number)) {
            throw bad(line, "the score is beyond the range of double; an infinite one is written Infinity");
        }
        return number;
    }

    /** A row, with null for what it does not say. */
    void add(long line, double score, @Nullable String verdict, @Nullable String set, @Nullable String id)
            throws UnsupportedFileException {
        if (rows == MOST) {
            throw bad(line, "more than %d rows".formatted(MOST));
        }
        Verdict judged = verdict == null || verdict.isEmpty() ? null : verdict(line, verdict);
        int number = set == null ? NONE : sets.computeIfAbsent(set, name -> sets.size());
        append(score, judged, number, withIds ? id : null);
    }

    private void append(double score, @Nullable Verdict verdict, int set, @Nullable String id) {
        if (rows == scores.length) {
            int larger = (int) Math.min(MOST, rows * 2L);
            scores = Arrays.copyOf(scores, larger);
            verdicts = Arrays.copyOf(verdicts, larger);
            setOf = Arrays.copyOf(setOf, larger);
        }
        scores[rows] = score;
        verdicts[rows] = verdict;
        setOf[rows] = set;
        rows++;
        if (id != null) {
            ids.add(id);
        }
    }

    private Verdict verdict(long line, String word) throws UnsupportedFileException {
        for (Verdict verdict : Verdict.values()) {
            if (verdict.word().equals(word)) {
                return verdict;
            }
        }
        throw bad(line, "the verdict '%s' is neither 'in' nor 'out'".formatted(ScoreFile.shortened(word)));
    }

    double[] scores() {
        return Arrays.copyOf(scores, rows);
    }

    long count(Verdict verdict) {
        long count = 0;
        for (int i = 0; i < rows; i++) {
            count += verdicts[i] == verdict ? 1 : 0;
        }
        return count;
    }

    /** All rows have one or it does not count. */
    Optional<List<String>> ids() {
        return withIds && ids.size() == rows && rows > 0 ? Optional.of(List.copyOf(ids)) : Optional.empty();
    }

    List<String> sets() {
        return List.copyOf(sets.keySet());
    }

    ScoreColumns ofSet(String name) {
        var part = new ScoreColumns(path, withIds);
        int wanted = sets.getOrDefault(name, NONE);
        part.sets.put(name, 0);
        boolean idsKnown = ids.size() == rows;
        for (int i = 0; i < rows; i++) {
            if (setOf[i] == wanted) {
                part.append(scores[i], verdicts[i], 0, idsKnown ? ids.get(i) : null);
            }
        }
        return part;
    }
}
