// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static io.github.stray.metric.ScoreArbitraries.increasinglyMapped;
import static io.github.stray.metric.ScoreArbitraries.swappedAndNegated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@PropertyDefaults(afterFailure = AfterFailureMode.PREVIOUS_SEED) // replaying a shrunk sample takes minutes
@Domain(ScoreArbitraries.class)
@Domain(DomainContext.Global.class)
class AuprProperties {
    @Property
    void inAndOut_anyScores_equalTheTwin(@ForAll IdOodScores scores) {
        double[] id = scores.id().toArray();
        double[] ood = scores.ood().toArray();
        double[] negatedId = BruteForce.negated(id);
        double[] negatedOod = BruteForce.negated(ood);
        assertThat(Aupr.in(scores)).isCloseTo(BruteForce.averagePrecision(id, ood), within(1e-13));
        assertThat(Aupr.out(scores)).isCloseTo(BruteForce.averagePrecision(negatedOod, negatedId), within(1e-13));
        RankedScores ranked = RankedScores.of(scores);
        assertThat(Convention.VIM.auprIn(ranked)).isCloseTo(BruteForce.trapezoid(id, ood), within(1e-13));
        assertThat(Convention.OPENOOD.auprOut(ranked))
                .isCloseTo(BruteForce.trapezoid(negatedOod, negatedId), within(1e-13));
    }

    @Property
    void out_anyScores_isInOfTheNegatedAndSwapped(@ForAll IdOodScores scores) {
        assertThat(Aupr.out(scores)).isEqualTo(Aupr.in(swappedAndNegated(scores)));
    }

    @Property
    void inAndOut_increasingMap_areUnchanged(@ForAll IdOodScores scores) {
        assertThat(Aupr.in(increasinglyMapped(scores))).isEqualTo(Aupr.in(scores));
        assertThat(Aupr.out(increasinglyMapped(scores))).isEqualTo(Aupr.out(scores));
    }
}
