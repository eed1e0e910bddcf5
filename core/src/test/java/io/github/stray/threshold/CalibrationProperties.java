// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.score.Scores;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

class CalibrationProperties {
    private static Scores scores(List<Integer> values) {
        return Scores.of(values.stream().mapToDouble(Integer::intValue).toArray());
    }

    private static double rank(int n, double tpr) {
        return Math.min(n, Math.floor((1 - tpr) * (n + 1.0) + 1e-9));
    }

    /** Few distinct scores, so ties abound. */
    @Property
    void verdict_anyScore_agreesWithItsPValue(
            @ForAll @Size(max = 60) List<@IntRange(min = -5, max = 5) Integer> calibration,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1, minIncluded = false, maxIncluded = false) double tpr,
            @ForAll @IntRange(min = -6, max = 6) int score) {
        Calibration known = Calibration.of(scores(calibration), tpr);
        double p = known.pValue(score);
        double j = rank(calibration.size(), tpr);
        assertThat(known.verdict(score) == Verdict.IN).isEqualTo(p > j / (calibration.size() + 1.0));
        assertThat(p).isGreaterThan(0).isLessThanOrEqualTo(1);
    }

    @Property
    void threshold_itsOwnScores_keepsAtLeastTheTarget(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = -5, max = 5) Integer> calibration,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1, minIncluded = false, maxIncluded = false) double tpr) {
        Calibration known = Calibration.of(scores(calibration), tpr);
        int n = calibration.size();
        long kept = calibration.stream()
                .filter(score -> known.verdict(score) == Verdict.IN)
                .count();
        assertThat((double) kept + 1).isGreaterThanOrEqualTo(tpr * (n + 1.0) - 1e-6);
        assertThat(kept).isGreaterThanOrEqualTo(1);
    }

    @Property
    void smallestSize_anyTarget_isWhereTheThresholdBecomesFinite(
            @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 0.999) double tpr) {
        int n = Calibration.smallestSize(tpr);
        assertThat(Calibration.of(Scores.of(new double[n]), tpr).threshold())
                .isEqualTo(n == 0 ? Double.NEGATIVE_INFINITY : 0);
        if (n > 0) {
            assertThat(Calibration.of(Scores.of(new double[n - 1]), tpr).threshold())
                    .isEqualTo(Double.NEGATIVE_INFINITY);
        }
    }

    @Property
    void pValue_higherScore_isNotSmaller(
            @ForAll @Size(max = 60) List<@IntRange(min = -5, max = 5) Integer> calibration,
            @ForAll @IntRange(min = -6, max = 6) int one,
            @ForAll @IntRange(min = -6, max = 6) int other) {
        Calibration known = Calibration.of(scores(calibration), 0.95);
        assertThat(known.pValue(Math.max(one, other))).isGreaterThanOrEqualTo(known.pValue(Math.min(one, other)));
    }
}
