// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every figure equals scikit-learn's to 1e-12: the files are written by {@code tools/golden/metric.py}. */
class MetricGoldenTest {
    private static final Path FOLDER = Path.of("..", "golden", "metric");

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @Test
    void cases_committedFolder_holdsThemAll() throws IOException {
        assertThat(cases()).hasSize(23);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void metrics_goldenCase_equalTheOracle(Path file) throws IOException, JsonParserException {
        JsonObject document = read(file);
        RankedScores ranked =
                RankedScores.of(new IdOodScores(scores(document.getArray("id")), scores(document.getArray("ood"))));
        JsonObject expected = document.getObject("expected");
        assertFigure("AUROC", Auroc.of(ranked), expected.getDouble("auroc"));
        JsonObject conventions = expected.getObject("conventions");
        assertThat(conventions.keySet()).contains("canonical", "plp", "openood", "mcm", "vim");
        for (String name : conventions.keySet()) {
            JsonObject figures = conventions.getObject(name);
            Convention convention = Convention.ofName(name);
            assertFigure(name + " AUPR-In", convention.auprIn(ranked), figures.getDouble("aupr_in"));
            assertFigure(name + " AUPR-Out", convention.auprOut(ranked), figures.getDouble("aupr_out"));
            JsonObject rates = figures.getObject("fpr");
            assertThat(rates).hasSize(7);
            for (String tpr : rates.keySet()) {
                assertFigure(
                        name + " FPR@" + tpr,
                        convention.fprAtTpr(ranked, Double.parseDouble(tpr)),
                        rates.getDouble(tpr));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void interval_goldenCase_equalsTheOracle(Path file) throws IOException, JsonParserException {
        JsonObject document = read(file);
        JsonObject expected = document.getObject("expected");
        Interval interval = Auroc.interval(
                RankedScores.of(new IdOodScores(scores(document.getArray("id")), scores(document.getArray("ood")))));
        if (expected.isNull("auroc_ci95")) {
            assertThat(interval).isEqualTo(new Interval(0, 1));
        } else {
            JsonArray ends = expected.getArray("auroc_ci95");
            assertThat(interval.lower()).isCloseTo(ends.getDouble(0), within(1e-12));
            assertThat(interval.upper()).isCloseTo(ends.getDouble(1), within(1e-12));
        }
    }

    private static void assertFigure(String name, double actual, double expected) {
        assertThat(actual).as(name).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }

    private static JsonObject read(Path file) throws IOException, JsonParserException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return JsonParser.object().from(reader);
        }
    }

    /** Infinite scores, which JSON cannot hold as numbers, are the texts that {@code Double.parseDouble} reads. */
    private static Scores scores(JsonArray array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.isString(i) ? Double.parseDouble(array.getString(i)) : array.getDouble(i);
        }
        return Scores.of(values);
    }
}
