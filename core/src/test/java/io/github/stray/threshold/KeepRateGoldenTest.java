// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Ranges and ranks are SciPy's, discoveries scikit-learn's, by {@code tools/golden/threshold.py}. */
class KeepRateGoldenTest {
    private static final Percentage CLOSE = Percentage.withPercentage(1e-8);

    private static JsonObject golden(String name) throws Exception {
        try (Reader reader = Files.newBufferedReader(Path.of("..", "golden", "threshold", name))) {
            return JsonParser.object().from(reader);
        }
    }

    private static Stream<DynamicTest> tests(JsonArray cases, Consumer<JsonObject> check) {
        return cases.stream()
                .map(JsonObject.class::cast)
                .map(expected -> DynamicTest.dynamicTest(expected.getString("title"), () -> check.accept(expected)));
    }

    @TestFactory
    List<DynamicTest> of_goldenRank_meanAndRangeOfTheOracle() throws Exception {
        List<DynamicTest> tests = tests(golden("keep-rate.json").getArray("cases"), KeepRateGoldenTest::rate)
                .toList();
        assertThat(tests).hasSizeGreaterThan(40);
        return tests;
    }

    private static void rate(JsonObject expected) {
        int n = expected.getInt("n");
        int j = expected.getInt("rank");
        KeepRate rate = KeepRate.of(n, j);
        assertThat(rate.mean()).isCloseTo(expected.getDouble("mean"), within(1e-14));
        assertThat(rate.low()).isCloseTo(expected.getDouble("low"), CLOSE);
        assertThat(rate.high()).isCloseTo(expected.getDouble("high"), CLOSE);
        for (int i = 0; i < expected.getArray("at").size(); i++) {
            double below = expected.getArray("below").getDouble(i);
            assertThat(KeepRate.below(expected.getArray("at").getDouble(i), n, j))
                    .isCloseTo(below, within(1e-8 * below + 1e-300));
        }
    }

    @TestFactory
    List<DynamicTest> rank_goldenPromise_isTheOracles() throws Exception {
        List<DynamicTest> tests = tests(golden("keep-rate.json").getArray("promises"), KeepRateGoldenTest::promise)
                .toList();
        assertThat(tests).hasSizeGreaterThan(18);
        return tests;
    }

    private static void promise(JsonObject expected) {
        Promise promise = Promise.withConfidence(expected.getDouble("tpr"), expected.getDouble("confidence"));
        long smallest = expected.getLong("smallest");
        assertThat(promise.smallestSize()).isEqualTo(smallest);
        expected.getObject("ranks").forEach((size, rank) -> {
            int n = Integer.parseInt(size);
            if (rank == null) {
                assertThatThrownBy(() -> promise.rank(n))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("takes at least " + smallest + " calibration samples, there ");
            } else {
                assertThat(promise.rank(n)).as("rank of %d", n).isEqualTo(((Number) rank).intValue());
            }
        });
    }

    @TestFactory
    List<DynamicTest> cut_goldenBatch_rejectsWhatTheOracleDoes() throws Exception {
        List<DynamicTest> tests = tests(golden("discoveries.json").getArray("cases"), KeepRateGoldenTest::batch)
                .toList();
        assertThat(tests).hasSizeGreaterThan(10);
        return tests;
    }

    private static void batch(JsonObject expected) {
        JsonArray values = expected.getArray("p_values");
        double[] p =
                IntStream.range(0, values.size()).mapToDouble(values::getDouble).toArray();
        double cut = FalseDiscoveries.cut(p, expected.getDouble("q"));
        for (int i = 0; i < p.length; i++) {
            assertThat(p[i] <= cut)
                    .as("sample %d", i)
                    .isEqualTo(expected.getArray("rejected").getBoolean(i));
        }
        assertThat(FalseDiscoveries.fewest(p.length, expected.getInt("n"), expected.getDouble("q")))
                .isEqualTo(expected.getLong("fewest"));
    }
}
