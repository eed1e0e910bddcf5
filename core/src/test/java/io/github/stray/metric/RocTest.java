// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RocTest {
    /** ID and OOD scores at each level, the highest first: two steps differ in ID alone, and two in OOD alone. */
    private static final int[][] LEVELS = {{2, 0}, {2, 0}, {1, 1}, {1, 1}, {1, 1}, {1, 2}, {2, 2}, {2, 2}};

    private static Scores side(int side) {
        return Scores.of(IntStream.range(0, LEVELS.length)
                .boxed()
                .flatMapToDouble(level -> DoubleStream.generate(() -> -level).limit(LEVELS[level][side]))
                .toArray());
    }

    /** By hand, as scikit-learn's {@code np.diff(tps, 2)} and {@code np.diff(fps, 2)} say. */
    @ParameterizedTest
    @CsvSource({"ID, 11001101", "OOD, 11100101"})
    void isKept_points_areEndsAndThoseWhereTheStepChanges(Roc.Positive positive, String kept) {
        var roc = new Roc(RankedScores.of(new IdOodScores(side(0), side(1))), positive);
        assertThat(IntStream.range(0, roc.points())
                        .mapToObj(point -> roc.isKept(point) ? "1" : "0")
                        .collect(Collectors.joining()))
                .isEqualTo(kept);
    }
}
