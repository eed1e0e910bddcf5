// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.score.Scores;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void threshold_nineteenScoresAt95_isTheSmallest() {
        double[] scores = new double[19];
        for (int i = 0; i < 19; i++) {
            scores[i] = 19 - i;
        }
        Calibration calibration = Calibration.of(Scores.of(scores), 0.95);
        assertThat(calibration.threshold()).isEqualTo(1);
        assertThat(calibration.pValue(0)).isEqualTo(1.0 / 20);
        assertThat(calibration.pValue(1)).isEqualTo(2.0 / 20);
    }
}
