// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.vision.attack.AttackRecipe.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttackRecipeTest {
    @Test
    void targets_manyImages_areDrawnEvenlyAndByTheSeed() {
        int[] targets = AttackRecipe.PAPER.targets(10_000, 10);
        long[] counts = new long[10];
        Arrays.stream(targets).forEach(target -> counts[target]++);
        for (long count : counts) {
            assertThat(count).isBetween(850L, 1150L);
        }
        assertThat(Arrays.copyOf(targets, 50)).isEqualTo(AttackRecipe.PAPER.targets(50, 10));
        var other = new AttackRecipe(Method.ADAM, 250, 1e-3, 0, 1, 43);
        assertThat(other.targets(50, 10)).isNotEqualTo(AttackRecipe.PAPER.targets(50, 10));
    }

    @Test
    void start_neighbouringSeedsAndNumbers_shareNothing() {
        for (Method method : Method.values()) {
            float[] one = new AttackRecipe(method, 1, 1, 0, 0.5, 42).start(0, 3000);
            for (float[] other : List.of(
                    new AttackRecipe(method, 1, 1, 0, 0.5, 43).start(0, 3000),
                    new AttackRecipe(method, 1, 1, 0, 0.5, 42).start(1, 3000))) {
                for (int shift = -3; shift <= 3; shift++) {
                    int by = shift;
                    assertThat(IntStream.range(3, 2997)
                                    .filter(i -> one[i] == other[i + by])
                                    .count())
                            .as("%s, shifted by %d", method, by)
                            .isLessThan(20);
                }
            }
        }
    }
}
