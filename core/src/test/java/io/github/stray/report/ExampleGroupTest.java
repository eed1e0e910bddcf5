// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.detect.Detection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ExampleGroupTest {
    private final List<Detection> id = detections("i", 0.9, 0.8, 0.3, 0.7);
    private final Map<String, List<Detection>> ood = sets();

    @Test
    void pick_withThreshold_findsEndsBorderAndMistakes() {
        List<ExampleGroup> groups = ExampleGroup.pick("test", id, ood, OptionalDouble.of(0.5), 2);
        assertThat(groups).hasSize(5);
        assertThat(ids(groups.get(0))).containsExactly("b1", "a0");
        assertThat(ids(groups.get(1))).containsExactly("b0", "i0");
        assertThat(ids(groups.get(2))).containsExactly("a2", "a1");
        assertThat(ids(groups.get(3))).containsExactly("b0", "a2");
        assertThat(ids(groups.get(4))).containsExactly("i2");
        assertThat(groups.get(4).examples().getFirst().fromId()).isTrue();
        assertThat(groups.get(3).examples().getFirst().set()).isEqualTo("b");
    }

    @Test
    void pick_withoutFiniteThreshold_asksForNone() {
        for (OptionalDouble none : List.of(OptionalDouble.empty(), OptionalDouble.of(Double.NEGATIVE_INFINITY))) {
            List<ExampleGroup> groups = ExampleGroup.pick("test", id, ood, none, 2);
            assertThat(groups).hasSize(4);
            assertThat(ids(groups.get(2))).containsExactly("b0", "a2");
            assertThat(ids(groups.get(3))).containsExactly("i2", "i3");
        }
    }

    @Test
    void pick_equalScores_keepTheirOrder() {
        List<ExampleGroup> groups =
                ExampleGroup.pick("test", detections("i", 1, 1, 1), Map.of(), OptionalDouble.empty(), 2);
        assertThat(ids(groups.get(0))).containsExactly("i0", "i1");
        assertThat(ids(groups.get(1))).containsExactly("i0", "i1");
        assertThat(groups.get(2).examples()).isEmpty();
    }

    @Test
    void pick_infiniteScores_areFarFromDoubt() {
        List<ExampleGroup> groups = ExampleGroup.pick(
                "test",
                detections("i", Double.POSITIVE_INFINITY, 0.4, Double.NEGATIVE_INFINITY),
                Map.of(),
                OptionalDouble.of(0.5),
                3);
        assertThat(ids(groups.get(2))).containsExactly("i1", "i0", "i2");
    }

    @Test
    void pick_lessThanOne_isRefused() {
        assertThatThrownBy(() -> ExampleGroup.pick("test", id, ood, OptionalDouble.empty(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("images a group must be at least 1, was 0");
    }

    private static Map<String, List<Detection>> sets() {
        var sets = new LinkedHashMap<String, List<Detection>>();
        sets.put("a", detections("a", 0.1, 0.45, 0.51));
        sets.put("b", detections("b", 0.95, 0.05));
        return sets;
    }

    private static List<Detection> detections(String prefix, double... scores) {
        var detections = new ArrayList<Detection>();
        for (double score : scores) {
            detections.add(new Detection(
                    prefix + detections.size(),
                    score,
                    Optional.empty(),
                    OptionalDouble.empty(),
                    OptionalInt.empty(),
                    List.of()));
        }
        return detections;
    }

    private static List<String> ids(ExampleGroup group) {
        return group.examples().stream()
                .map(example -> example.detection().id())
                .toList();
    }
}
