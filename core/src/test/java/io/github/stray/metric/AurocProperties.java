// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static io.github.stray.metric.ScoreArbitraries.increasinglyMapped;
import static io.github.stray.metric.ScoreArbitraries.swapped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@PropertyDefaults(afterFailure = AfterFailureMode.PREVIOUS_SEED) // replaying a shrunk sample takes minutes
@Domain(ScoreArbitraries.class)
@Domain(DomainContext.Global.class)
class AurocProperties {
    @Property
    void of_anyScores_countsPairs(@ForAll IdOodScores scores) {
        assertThat(Auroc.of(scores)).isCloseTo(BruteForce.auroc(scores), within(1e-14));
    }

    @Property
    void of_increasingMap_isUnchanged(@ForAll IdOodScores scores) {
        assertThat(Auroc.of(increasinglyMapped(scores))).isEqualTo(Auroc.of(scores));
    }

    @Property
    void of_permutedScores_isUnchanged(@ForAll IdOodScores scores, @ForAll long seed) {
        var permuted = new IdOodScores(permuted(scores.id(), seed), permuted(scores.ood(), seed + 1));
        assertThat(Auroc.of(permuted)).isEqualTo(Auroc.of(scores));
    }

    @Property
    void of_swappedSides_isTheComplement(@ForAll IdOodScores scores) {
        assertThat(Auroc.of(swapped(scores))).isCloseTo(1 - Auroc.of(scores), within(1e-15));
    }

    @Property
    void interval_anyScores_containsAurocAndMirrors(@ForAll IdOodScores scores) {
        Interval interval = Auroc.interval(RankedScores.of(scores));
        Interval mirrored = Auroc.interval(RankedScores.of(swapped(scores)));
        double auroc = Auroc.of(scores);
        assertThat(auroc).isBetween(interval.lower() - 1e-12, interval.upper() + 1e-12);
        assertThat(mirrored.lower()).isCloseTo(1 - interval.upper(), within(1e-12));
        assertThat(mirrored.upper()).isCloseTo(1 - interval.lower(), within(1e-12));
    }

    private static Scores permuted(Scores scores, long seed) {
        List<Double> values = DoubleStream.of(scores.toArray()).boxed().collect(Collectors.toList());
        Collections.shuffle(values, new Random(seed));
        return Scores.of(values.stream().mapToDouble(v -> v).toArray());
    }
}
