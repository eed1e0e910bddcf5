// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.threshold.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DiscoverySinkTest {
    private static Detection sample(String id, double p) {
        return new Detection(
                id,
                p,
                Optional.of(Verdict.IN),
                OptionalDouble.of(p),
                OptionalInt.of(3),
                List.of(new Neighbour("n", 0, 1)));
    }

    private static List<String> out(List<Detection> judged) {
        return judged.stream()
                .filter(one -> one.verdict().orElseThrow() == Verdict.OUT)
                .map(Detection::id)
                .toList();
    }

    /** p <= q i / m: 0.01 <= 0.025 and 0.05 <= 0.05 hold, 0.08 <= 0.075 and 0.5 <= 0.1 do not. */
    @Test
    void finish_blocks_judgesThemAsOneBatch() throws IOException {
        var judged = new ArrayList<Detection>();
        var sink = new DiscoverySink(judged::addAll, 0.1);
        sink.accept(List.of(sample("a", 0.05), sample("b", 0.5)));
        sink.accept(List.of(sample("c", 0.08), sample("d", 0.01)));
        assertThat(judged).isEmpty();
        sink.finish();
        assertThat(judged).extracting(Detection::id).containsExactly("a", "b", "c", "d");
        assertThat(out(judged)).containsExactly("a", "d");
        assertThat(judged.getFirst()).isEqualTo(sample("a", 0.05).withVerdict(Verdict.OUT));
        assertThat(judged.getFirst().neighbours()).hasSize(1);
        judged.clear();
        sink.finish();
        assertThat(judged).isEmpty();
    }

    /** All of one small batch may be below, where each alone is not. */
    @Test
    void finish_p5Together_areOutAndAloneAreNot() throws IOException {
        var judged = new ArrayList<Detection>();
        var sink = new DiscoverySink(judged::addAll, 0.05);
        sink.accept(List.of(sample("a", 0.05), sample("b", 0.05)));
        sink.finish();
        assertThat(out(judged)).hasSize(2);
        sink.accept(List.of(sample("a", 0.05), sample("b", 0.06)));
        sink.finish();
        assertThat(out(judged)).hasSize(2);
    }

    @Test
    void accept_withoutPValue_isRefused() {
        var uncalibrated =
                new Detection("x", 1, Optional.empty(), OptionalDouble.empty(), OptionalInt.empty(), List.of());
        assertThatThrownBy(() -> new DiscoverySink(judged -> {}, 0.1).accept(List.of(uncalibrated)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sample 'x' has no p-value, which a false discovery rate is made of: calibrate the detector");
        assertThatThrownBy(() -> new DiscoverySink(judged -> {}, 1))
                .hasMessageContaining("must lie strictly between 0 and 1, was 1.0");
    }
}
