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

/**
 * The columns of a score file in growing arrays: 9 bytes a row, 4 more where there are sets, and no object, unless ids are
 * wanted.
 */
final class ScoreColumns {
    private static final int MOST = Integer.MAX_VALUE - 8;
    private static final int NONE = -1;
    private static final Pattern NUMBER = Pattern.compile("[+-]?+(\\d++\\.?+\\d*+|\\.\\d++)([eE][+-]?+\\d++)?+");

    private final Path path;
    private final boolean withIds;
    private final List<String> ids = new ArrayList<>();
    private final Map<String, Integer> sets = new LinkedHashMap<>();
    private double[] scores = new double[1024];

    /** 0 for in, 1 for out. */
    private byte[] verdicts = new byte[1024];

    /** Number of each row's set; empty as long as no row has one. */
    private int[] setOf = new int[0];

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
        int judged = verdict == null || verdict.isEmpty() ? NONE : number(verdict(line, verdict));
        int number = set == null ? NONE : sets.computeIfAbsent(set, name -> sets.size());
        append(score, judged, number, withIds ? id : null);
    }

    private void append(double score, int verdict, int set, @Nullable String id) {
        if (rows == scores.length) {
            int larger = (int) Math.min(MOST, rows + (long) (rows >> 1));
            scores = Arrays.copyOf(scores, larger);
            verdicts = Arrays.copyOf(verdicts, larger);
        }
        if (set != NONE || setOf.length > 0) {
            int known = setOf.length;
            if (known < scores.length) {
                setOf = Arrays.copyOf(setOf, scores.length);
                Arrays.fill(setOf, Math.min(known, rows), setOf.length, NONE);
            }
            setOf[rows] = set;
        }
        scores[rows] = score;
        verdicts[rows] = (byte) verdict;
        rows++;
        if (id != null) {
            ids.add(id);
        }
    }

    private static int number(Verdict verdict) {
        return verdict == Verdict.IN ? 0 : 1;
    }

    private Verdict verdict(long line, String word) throws UnsupportedFileException {
        for (Verdict verdict : Verdict.values()) {
            if (verdict.word().equals(word)) {
                return verdict;
            }
        }
        throw bad(line, "the verdict '%s' is neither 'in' nor 'out'".formatted(ScoreFile.shortened(word)));
    }

    /** The scores; nothing may be added any more, since no copy is made. */
    double[] scores() {
        if (scores.length > rows) {
            scores = Arrays.copyOf(scores, rows);
        }
        return scores;
    }

    long count(Verdict verdict) {
        int number = number(verdict);
        long count = 0;
        for (int i = 0; i < rows; i++) {
            count += verdicts[i] == number ? 1 : 0;
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
            if (setOf.length > 0 && setOf[i] == wanted) {
                part.append(scores[i], verdicts[i], 0, idsKnown ? ids.get(i) : null);
            }
        }
        return part;
    }
}
