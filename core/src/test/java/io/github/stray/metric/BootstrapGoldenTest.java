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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Intervals that scikit-learn and NumPy find on the same resamples, by {@code tools/golden/metric_bootstrap.py}. */
class BootstrapGoldenTest {
    @ParameterizedTest
    @EnumSource
    void intervals_goldenCases_equalTheOracle(Convention convention) throws IOException, JsonParserException {
        JsonArray cases;
        try (Reader reader = Files.newBufferedReader(Path.of("..", "golden", "bootstrap", "intervals.json"))) {
            cases = JsonParser.object().from(reader).getArray("cases");
        }
        assertThat(cases).hasSize(3);
        for (Object entry : cases) {
            JsonObject golden = (JsonObject) entry;
            var scores = new IdOodScores(scores(golden.getArray("id")), scores(golden.getArray("ood")));
            BootstrapIntervals actual = new Bootstrap(golden.getInt("resamples"), golden.getLong("seed"))
                    .intervals(RankedScores.of(scores), golden.getDouble("tpr"), convention);
            JsonObject expected = golden.getObject("conventions").getObject(convention.lowerCaseName());
            String title = golden.getString("title");
            assertInterval(title + " AUROC", actual.auroc(), expected.getArray("auroc"));
            assertInterval(title + " FPR", actual.fprAtTpr(), expected.getArray("fpr"));
            assertInterval(title + " AUPR-In", actual.auprIn(), expected.getArray("aupr_in"));
            assertInterval(title + " AUPR-Out", actual.auprOut(), expected.getArray("aupr_out"));
        }
    }

    private static void assertInterval(String name, Interval actual, JsonArray expected) {
        assertThat(actual.lower()).as(name).isCloseTo(expected.getDouble(0), within(1e-12));
        assertThat(actual.upper()).as(name).isCloseTo(expected.getDouble(1), within(1e-12));
    }

    private static Scores scores(JsonArray array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.getDouble(i);
        }
        return Scores.of(values);
    }
}
