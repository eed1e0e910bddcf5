// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConventionTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static RankedScores ranked(double[] id, double... ood) {
        return RankedScores.of(new IdOodScores(Scores.of(id), Scores.of(ood)));
    }

    private static double[] upTo(int n) {
        return IntStream.rangeClosed(1, n).asDoubleStream().toArray();
    }

    @Test
    void fprAtTpr_nineteenOfTwentyKept_differsByConvention() {
        // ID 1..20; the 19th largest is 2. Between 1 and 2 lie OOD 1.9 and 1.5, at 2 one, above all one, below all one.
        RankedScores ranked = ranked(upTo(20), 2, 1.9, 1.5, 30, 0);
        assertThat(Convention.CANONICAL.fprAtTpr(ranked, 0.95)).isEqualTo(2 / 5.0);
        assertThat(Convention.PLP.fprAtTpr(ranked, 0.95)).isEqualTo(4 / 5.0);
        assertThat(Convention.MCM.fprAtTpr(ranked, 0.95)).isEqualTo(4 / 5.0);
        assertThat(Convention.VIM.fprAtTpr(ranked, 0.95)).isEqualTo(2 / 5.0);
        // position 19 x 0.05 = 0.95 between 1 and 2: t = 1.95
        assertThat(Convention.NINCO.fprAtTpr(ranked, 0.95)).isEqualTo(2 / 5.0);
        // all five OOD scores must be caught, which takes the threshold 30 and rejects every ID sample
        assertThat(Convention.OPENOOD.fprAtTpr(ranked, 0.95)).isEqualTo(1);
    }

    @Test
    void plp_betweenVertices_interpolates() {
        // vertices (FPR, TPR): (0, 0), (0, 1/2), (1/2, 1/2), (1/2, 1), (1, 1)? No: 1 and 1 are tied, so (0, 1/2) to
        // (1/2, 1)
        RankedScores ranked = ranked(new double[] {2, 1}, 1, 0);
        assertThat(Convention.PLP.fprAtTpr(ranked, 0.95)).isCloseTo(0.45, within(1e-15));
        assertThat(Convention.PLP.fprAtTpr(ranked, 1)).isEqualTo(1);
    }

    @Test
    void openood_pointOnAStraightLine_isDropped() {
        // OOD positive: counts (OOD, ID) caught at 0, 1, 2, 3, 4 are (1,1), (2,2), (3,3), (4,4), (4,5); equal steps up
        // to 4,
        // so scikit-learn keeps the first, the corner (4, 4) and the last. First kept with TPR >= 0.5: (4, 4) of 5 ID.
        RankedScores ranked = ranked(new double[] {0, 1, 2, 3, 4}, 0, 1, 2, 3);
        assertThat(Convention.OPENOOD.fprAtTpr(ranked, 0.5)).isEqualTo(4 / 5.0);
        assertThat(Convention.OPENOOD.fprAtTpr(ranked, 0.25)).isEqualTo(1 / 5.0);
    }

    @Test
    void mcm_twoVerticesEquallyNear_takesTheHigherTpr() {
        // TPRs 0.5 and 1 are both 0.25 away from 0.75; the left-most vertex of TPR 1 has FPR 1/3
        RankedScores ranked = ranked(new double[] {4, 2}, 3, 1, 0);
        assertThat(Convention.MCM.fprAtTpr(ranked, 0.75)).isEqualTo(1 / 3.0);
    }

    @Test
    void mcm_tprOne_takesTheLeftMostVertex() {
        RankedScores ranked = ranked(new double[] {4, 2}, 1, 0);
        assertThat(Convention.MCM.fprAtTpr(ranked, 0.95)).isEqualTo(0);
        assertThat(Convention.PLP.fprAtTpr(ranked, 1)).isEqualTo(1);
    }

    @Test
    void vim_tooFewIdScoresForTheRate_takesTheSmallest() {
        assertThat(Convention.VIM.fprAtTpr(ranked(new double[] {1}, 0, 1, 2), 0.95))
                .isEqualTo(2 / 3.0);
        assertThat(Convention.VIM.fprAtTpr(ranked(new double[] {1, 5}, 0, 1, 2), 0.4))
                .isEqualTo(2 / 3.0);
    }

    @Test
    void ninco_quantileThatIsAnIdScore_isHitExactly() {
        // (21 - 1) x 0.05 = 1: t = 2 exactly; 1 - 0.95 in binary would put it just above the OOD score 2
        assertThat(Convention.NINCO.fprAtTpr(ranked(upTo(21), 2, 1.9), 0.95)).isEqualTo(0.5);
    }

    @Test
    void ninco_infiniteIdScores_giveAnInfiniteQuantile() {
        double[] mostlyInfinite = DoubleStream.concat(
                        DoubleStream.of(-INFINITY, -INFINITY),
                        DoubleStream.generate(() -> 1).limit(10))
                .toArray();
        assertThat(Convention.NINCO.fprAtTpr(ranked(mostlyInfinite, -INFINITY, 0, 1), 0.95))
                .isEqualTo(1);
        assertThat(Convention.NINCO.fprAtTpr(ranked(new double[] {1, INFINITY}, 2, INFINITY), 0.95))
                .isEqualTo(0.5);
        double[] finiteBelowEleven = DoubleStream.concat(
                        DoubleStream.of(0),
                        DoubleStream.generate(() -> INFINITY).limit(11))
                .toArray();
        // position 11 x 0.05 = 0.55, past the middle between the two
        assertThat(Convention.NINCO.fprAtTpr(ranked(finiteBelowEleven, 2, INFINITY), 0.95))
                .isEqualTo(0.5);
        assertThat(Convention.NINCO.fprAtTpr(ranked(new double[] {-INFINITY, INFINITY}, -INFINITY, 0), 0.95))
                .isEqualTo(1);
        assertThat(Convention.NINCO.fprAtTpr(ranked(new double[] {INFINITY, INFINITY}, 3, INFINITY), 0.95))
                .isEqualTo(0.5);
        assertThat(Convention.NINCO.fprAtTpr(ranked(new double[] {-1.5e308, 1.5e308}, -1.4e308, -1.3e308), 0.95))
                .isEqualTo(0.5);
    }

    @ParameterizedTest
    @EnumSource
    void fprAtTpr_allScoresEqual_isOne(Convention convention) {
        RankedScores ranked = ranked(new double[] {7, 7, 7}, 7, 7);
        double expected = convention == Convention.PLP ? 0.95 : 1;
        assertThat(convention.fprAtTpr(ranked, 0.95)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void ofName_lowerCaseName_findsIt(Convention convention) {
        assertThat(Convention.ofName(convention.lowerCaseName())).isEqualTo(convention);
    }

    @Test
    void ofName_unknown_listsTheNames() {
        assertThatThrownBy(() -> Convention.ofName("odin"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown convention 'odin'; expected one of canonical, plp, openood, mcm, vim, ninco");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.0000001, 95, Double.NaN})
    void fprAtTpr_rateOutOfRange_isRefused(double tpr) {
        RankedScores ranked = ranked(new double[] {1}, 0);
        for (Convention convention : Convention.values()) {
            assertThatThrownBy(() -> convention.fprAtTpr(ranked, tpr))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("TPR must be above 0 and at most 1, was " + tpr);
        }
    }
}
