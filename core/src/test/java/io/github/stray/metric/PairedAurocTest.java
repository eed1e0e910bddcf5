// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairedAurocTest {
    private static IdOodScores scores(Random random, double[] id, double[] ood, double noise, boolean ties) {
        double[] a = new double[id.length];
        double[] b = new double[ood.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = value(id[i] + noise * random.nextGaussian(), ties);
        }
        for (int j = 0; j < b.length; j++) {
            b[j] = value(ood[j] + noise * random.nextGaussian(), ties);
        }
        return new IdOodScores(Scores.of(a), Scores.of(b));
    }

    private static double value(double x, boolean ties) {
        return ties ? Math.rint(2 * x) : x;
    }

    private static double[] shared(Random random, int n, double mean) {
        return random.doubles(n).map(u -> mean + random.nextGaussian()).toArray();
    }

    /** The formula over all pairs, as it is printed. */
    private static double[] plain(IdOodScores first, IdOodScores second) {
        int n = first.id().size();
        int m = first.ood().size();
        double[] d = new double[n];
        double[] e = new double[m];
        double difference = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                double psi = psi(first, i, j) - psi(second, i, j);
                d[i] += psi / m;
                e[j] += psi / n;
                difference += psi / n / m;
            }
        }
        return new double[] {difference, Math.sqrt(variance(d, difference) / n + variance(e, difference) / m)};
    }

    private static double psi(IdOodScores scores, int i, int j) {
        double id = scores.id().get(i);
        double ood = scores.ood().get(j);
        return id > ood ? 1 : id == ood ? 0.5 : 0;
    }

    private static double variance(double[] values, double mean) {
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / (values.length - 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void of_randomScores_equalsThePlainFormula(boolean ties) {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            double[] id = shared(random, 20 + seed, 1);
            double[] ood = shared(random, 35, 0);
            IdOodScores first = scores(random, id, ood, 0.3, ties);
            IdOodScores second = scores(random, id, ood, 1.0, ties);
            double[] expected = plain(first, second);
            PairedAuroc actual = PairedAuroc.of(first, second);
            assertThat(actual.difference()).isCloseTo(expected[0], within(1e-12));
            assertThat(actual.difference()).isCloseTo(Auroc.of(first) - Auroc.of(second), within(1e-12));
            assertThat(actual.standardError()).isCloseTo(expected[1], within(1e-12));
            assertThat(PairedAuroc.of(second, first).pValue()).isEqualTo(actual.pValue());
        }
    }

    @Test
    void of_twoEqualDetectors_rejectsAboutOneInTwenty() {
        int rejected = 0;
        for (int seed = 0; seed < 1000; seed++) {
            var random = new Random(seed);
            double[] id = shared(random, 60, 1);
            double[] ood = shared(random, 60, 0);
            IdOodScores first = scores(random, id, ood, 0.7, false);
            IdOodScores second = scores(random, id, ood, 0.7, false);
            if (PairedAuroc.of(first, second).pValue() < 0.05) {
                rejected++;
            }
        }
        assertThat(rejected).isBetween(30, 75);
    }

    @Test
    void of_equalRankings_isOne() {
        var first = new IdOodScores(Scores.of(3, 2, Double.POSITIVE_INFINITY), Scores.of(1, -0.0));
        var second = new IdOodScores(Scores.of(6, 4, 8), Scores.of(2, 0.0));
        assertThat(PairedAuroc.of(first, second)).isEqualTo(new PairedAuroc(0, 0, 1));
    }

    @Test
    void of_oneSampleOnASide_isOne() {
        var first = new IdOodScores(Scores.of(1), Scores.of(0, 2));
        var second = new IdOodScores(Scores.of(3), Scores.of(0, 2));
        assertThat(PairedAuroc.of(first, second)).isEqualTo(new PairedAuroc(-0.5, 0, 1));
    }

    @Test
    void of_alwaysBetter_isZero() {
        var first = new IdOodScores(Scores.of(1, 1), Scores.of(0, 0));
        var second = new IdOodScores(Scores.of(0, 0), Scores.of(1, 1));
        assertThat(PairedAuroc.of(first, second)).isEqualTo(new PairedAuroc(1, 0, 0));
    }

    @Test
    void of_otherSamples_isRefused() {
        var first = new IdOodScores(Scores.of(1, 2), Scores.of(0));
        var second = new IdOodScores(Scores.of(1), Scores.of(0));
        assertThatThrownBy(() -> PairedAuroc.of(first, second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a paired comparison needs the same samples on both sides, got 2 and 1 ID scores");
    }

    /** From scipy.stats.norm: 2 * sf(z). */
    @ParameterizedTest
    @CsvSource({
        "0.0, 1.0",
        "1e-09, 0.9999999992021155",
        "0.1, 0.920344325445942",
        "0.5, 0.6170750774519738",
        "1.0, 0.31731050786291415",
        "1.959963984540054, 0.05",
        "2.5, 0.012419330651552265",
        "2.999, 0.0027086730674542115",
        "3.0, 0.0026997960632601866",
        "3.001, 0.0026909456501699306",
        "4.0, 6.334248366623973e-05",
        "6.0, 1.973175290075389e-09",
        "10.0, 1.523970604832094e-23",
        "20.0, 5.507248237212311e-89",
        "37.0, 1.1451142445047853e-299"
    })
    void tails_equalSciPy(double z, double expected) {
        assertThat(NormalTail.twoSided(z) / expected).isCloseTo(1, within(1e-12));
        assertThat(NormalTail.twoSided(-z)).isEqualTo(NormalTail.twoSided(z));
    }
}
