// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Labels;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Distances, calls and groups are those of NumPy and SciPy, by {@code tools/golden/strangers.py}. */
class StrangersGoldenTest {
    private static final double ROUNDING = 1e-12;

    @TestFactory
    List<DynamicTest> rank_goldenCase_asTheOracle() throws Exception {
        JsonObject golden;
        try (Reader reader = Files.newBufferedReader(Path.of("..", "golden", "inspect", "strangers.json"))) {
            golden = JsonParser.object().from(reader);
        }
        var tests = new ArrayList<DynamicTest>();
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            tests.add(DynamicTest.dynamicTest(
                    "%s, clump %s".formatted(expected.getString("title"), expected.getDouble("clump")),
                    () -> check(expected)));
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests;
    }

    private static void check(JsonObject expected) {
        OneSet set = set(expected);
        var rule = new StrangerRule(expected.getDouble("clump"), 1);
        StrangerRanking ranking = rule.rank(set);
        JsonArray distances = expected.getArray("distances");
        for (int row = 0; row < set.size(); row++) {
            assertThat(ranking.distance(row)).isCloseTo(distances.getDouble(row), within(ROUNDING));
            assertThat(ranking.score(row)).isEqualTo(-ranking.distance(row));
        }
        assertThat(ranking.order()).containsExactly(rows(expected.getArray("order")));
        assertThat(ranking.called().stream().toArray()).containsExactly(rows(expected.getArray("called")));
        if (expected.get("bar") == null) {
            assertThat(ranking.bar()).isInfinite();
        } else {
            assertThat(ranking.bar()).isCloseTo(expected.getDouble("bar"), within(ROUNDING));
        }
        assertThat(GroupApart.of(set, rule, ranking)).containsExactly(rows(expected.getArray("apart")));
        List<int[]> groups = StrangerGroups.of(set, ranking.strangers(), 1);
        assertThat(named(groups)).isEqualTo(groups(expected.getArray("groups")));
        assertThat(groups.stream().map(group -> group.length).toList()).isSortedAccordingTo(Comparator.reverseOrder());
        if (set.classes().isPresent()) {
            assertThat(rule.withinClasses(set)).containsExactly(rows(expected.getArray("within")));
        }
    }

    private static OneSet set(JsonObject golden) {
        JsonArray rows = golden.getArray("rows");
        int n = rows.size();
        int d = rows.getArray(0).size();
        float[] values = new float[n * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.getArray(i / d).getFloat(i % d);
        }
        var exact = new ArrayList<List<Integer>>();
        var kept = new HashSet<Integer>();
        for (Object group : golden.getArray("copies")) {
            exact.add(IntStream.of(rows(((JsonObject) group).getArray("rows")))
                    .boxed()
                    .toList());
            kept.add(((JsonObject) group).getInt("keep"));
        }
        CopyGroups copies = CopyGroups.of(n, exact, List.of(), Comparator.comparing(row -> !kept.contains(row)));
        var ruined = new BitSet();
        IntStream.of(rows(golden.getArray("ruined"))).forEach(ruined::set);
        JsonArray classes = golden.getArray("classes");
        Optional<Labels> labels = classes == null ? Optional.empty() : Optional.of(Labels.of(rows(classes)));
        return new OneSet(FeatureMatrix.copyOf(values, n, d), copies, ruined, labels);
    }

    private static int[] rows(JsonArray values) {
        return IntStream.range(0, values.size()).map(values::getInt).toArray();
    }

    private static Set<Set<Integer>> named(List<int[]> groups) {
        var named = new HashSet<Set<Integer>>();
        groups.forEach(
                group -> named.add(new HashSet<>(IntStream.of(group).boxed().toList())));
        return named;
    }

    private static Set<Set<Integer>> groups(JsonArray groups) {
        var named = new HashSet<Set<Integer>>();
        for (int i = 0; i < groups.size(); i++) {
            named.add(
                    new HashSet<>(IntStream.of(rows(groups.getArray(i))).boxed().toList()));
        }
        return named;
    }
}
