// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.report.RocCurve.Point;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RocCurveTest {
    @Test
    void of_tiesAcrossSides_giveOnePoint() {
        RocCurve curve = curve(Scores.of(3, 2, 2, 1), Scores.of(2, 0));
        assertThat(curve.points())
                .containsExactly(
                        new Point(0, 0), new Point(0, 0.25), new Point(0.5, 0.75), new Point(0.5, 1), new Point(1, 1));
    }

    @Test
    void of_allScoresEqual_isTheDiagonal() {
        assertThat(curve(Scores.of(1, 1), Scores.of(1)).points()).containsExactly(new Point(0, 0), new Point(1, 1));
    }

    @Test
    void of_infiniteScores_endsInTheCorner() {
        RocCurve curve = curve(
                Scores.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
                Scores.of(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY));
        assertThat(curve.points()).containsExactly(new Point(0, 0), new Point(0, 0.5), new Point(1, 1));
    }

    @Test
    void of_zerosOfBothSigns_areEqual() {
        assertThat(curve(Scores.of(0.0), Scores.of(-0.0)).points()).containsExactly(new Point(0, 0), new Point(1, 1));
    }

    @Test
    void of_randomScoresWithTies_hasTheAreaOfCountedPairs() {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            double[] id =
                    random.ints(1 + random.nextInt(80), 0, 30).asDoubleStream().toArray();
            double[] ood = random.ints(1 + random.nextInt(80), -10, 20)
                    .asDoubleStream()
                    .toArray();
            assertThat(area(curve(Scores.of(id), Scores.of(ood))))
                    .as("seed %d", seed)
                    .isCloseTo(pairs(id, ood), within(1e-12));
        }
    }

    @Test
    void cut_nineteenOfTwenty_isTheNineteenthLargest() {
        double[] id = new double[20];
        double[] ood = new double[40];
        for (int i = 0; i < 20; i++) {
            id[i] = i;
        }
        for (int j = 0; j < 40; j++) {
            ood[j] = j / 2.0 - 10;
        }
        assertThat(curve(Scores.of(id), Scores.of(ood)).cut()).isEqualTo(new Point(18 / 40.0, 0.95));
    }

    @Test
    void thinned_manyPoints_keepsEndsAndLook() {
        var random = new Random(5);
        double[] id = random.doubles(20_000).map(u -> u + 0.3).toArray();
        double[] ood = random.doubles(20_000).toArray();
        RocCurve full = curve(Scores.of(id), Scores.of(ood));
        RocCurve thin = full.thinned(200);
        assertThat(full.points()).hasSizeGreaterThan(30_000);
        assertThat(thin.points()).hasSizeLessThanOrEqualTo(200);
        assertThat(full.points()).containsAll(thin.points());
        assertThat(thin.points().getFirst()).isEqualTo(new Point(0, 0));
        assertThat(thin.points().getLast()).isEqualTo(new Point(1, 1));
        assertThat(area(thin)).isCloseTo(area(full), within(0.002));
    }

    @Test
    void thinned_fewPoints_changesNothing() {
        RocCurve curve = curve(Scores.of(1, 2, 3), Scores.of(0, 2.5));
        assertThat(curve.thinned(200)).isEqualTo(curve);
    }

    private static RocCurve curve(Scores id, Scores ood) {
        return RocCurve.of(new IdOodScores(id, ood));
    }

    static double area(RocCurve curve) {
        double area = 0;
        for (int i = 1; i < curve.points().size(); i++) {
            Point from = curve.points().get(i - 1);
            Point to = curve.points().get(i);
            area += (to.fpr() - from.fpr()) * (to.tpr() + from.tpr()) / 2;
        }
        return area;
    }

    private static double pairs(double[] id, double[] ood) {
        double wins = 0;
        for (double inside : id) {
            for (double outside : ood) {
                wins += inside > outside ? 1 : inside == outside ? 0.5 : 0;
            }
        }
        return wins / id.length / ood.length;
    }
}
