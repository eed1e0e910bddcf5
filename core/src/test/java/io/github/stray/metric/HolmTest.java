// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HolmTest {
    /** What {@code statsmodels.stats.multitest.multipletests(p, method="holm")} gives. */
    @Test
    void adjusted_knownValues_areThose() {
        assertThat(Holm.adjusted(0.01, 0.04, 0.03, 0.005, 0.8))
                .containsExactly(new double[] {0.04, 0.09, 0.09, 0.025, 0.8}, within(1e-15));
        assertThat(Holm.adjusted(0.6, 0.7)).containsExactly(1, 1);
        assertThat(Holm.adjusted()).isEmpty();
    }

    @Property
    void adjusted_anyValues_rejectAsTheProcedureDoes(
            @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = 0, max = 0.2) Double> values,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) double level) {
        double[] p = values.stream().mapToDouble(Double::doubleValue).toArray();
        double[] adjusted = Holm.adjusted(p);
        double[] ascending = Arrays.stream(p).sorted().toArray();
        int rejected = 0;
        while (rejected < p.length && Math.min(1, (p.length - rejected) * ascending[rejected]) < level) {
            rejected++;
        }
        assertThat(Arrays.stream(adjusted).filter(value -> value < level).count())
                .isEqualTo(rejected);
        for (int i = 0; i < p.length; i++) {
            assertThat(adjusted[i]).isBetween(p[i], 1.0);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void adjusted_noPValue_isRefused(double p) {
        assertThatThrownBy(() -> Holm.adjusted(0.5, p)).hasMessageContaining("was " + p);
    }
}
