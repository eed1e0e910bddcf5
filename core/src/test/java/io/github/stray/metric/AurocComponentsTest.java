// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import org.junit.jupiter.api.Test;

class AurocComponentsTest {
    @Test
    void of_zerosOfBothSigns_areTies() {
        AurocComponents components =
                AurocComponents.of(new IdOodScores(Scores.of(-0.0, 0.0, 1), Scores.of(0.0, -0.0, -1, 2)));
        assertThat(components.id()).containsExactly(0.5, 0.5, 0.75);
        assertThat(components.ood()).containsExactly(1 - 1 / 3.0, 1 - 1 / 3.0, 1, 0);
    }

    @Test
    void of_oneTie_isOneHalf() {
        AurocComponents components = AurocComponents.of(new IdOodScores(Scores.of(-0.0), Scores.of(0.0)));
        assertThat(components.id()).containsExactly(0.5);
        assertThat(components.ood()).containsExactly(0.5);
    }
}
