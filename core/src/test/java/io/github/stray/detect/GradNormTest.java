// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import org.junit.jupiter.api.Test;

class GradNormTest extends DetectorContract {
    @Override
    Detector detector() {
        return new GradNorm();
    }

    /** The contract's strangers are long rows; only a head that is undecided about them lets the method find them. */
    @Override
    Training given(FeatureSet samples) {
        float[] weight = new float[3 * 5];
        for (int c = 0; c < 3; c++) {
            weight[c * 5 + c] = 0.75f;
        }
        return Training.of(samples).with(LinearHead.of(FeatureMatrix.copyOf(weight, 3, 5), new float[3]));
    }

    private static double score(LinearHead head, float... x) {
        return new GradNorm()
                .fit(Training.NOTHING.with(head))
                .score(Sets.of(head.space(), x))
                .get(0);
    }

    /** Logits log 3 and 0: p = 3/4 and 1/4. */
    @Test
    void score_byHand() {
        LinearHead head = LinearHead.of(
                FeatureMatrix.copyOf(new float[] {0, 1, 0, 1}, 2, 2), new float[] {(float) Math.log(3), 0});
        double p = 1 / (1 + Math.exp(-(double) (float) Math.log(3)));
        assertThat(score(head, -2, 5)).isCloseTo(7 * 2 * (2 * p - 1), within(1e-14));
        assertThat(score(head, 0, 0)).isZero();
    }

    @Test
    void score_equalLogitsOrOneClass_isZero() {
        assertThat(score(LinearHead.of(FeatureMatrix.copyOf(new float[4], 2, 2), new float[2]), 3, 4))
                .isZero();
        assertThat(score(LinearHead.of(FeatureMatrix.copyOf(new float[] {1, 2}, 1, 2), new float[1]), 3, 4))
                .isZero();
    }
}
