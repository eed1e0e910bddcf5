// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaxCosTest extends DetectorContract {
    @Override
    Detector detector() {
        return new MaxCos();
    }

    @Test
    void score_byHand() {
        assertThat(new MaxCos().score(new double[] {-0.5, 0.25, -1})).isEqualTo(0.25);
        assertThat(new MaxCos().score(new double[] {-0.5})).isEqualTo(-0.5);
    }

    @Test
    void score_classRowAndZeroImage_areOneAndZero() {
        FittedDetector fitted = new MaxCos().fit(Training.NOTHING.with(Sets.classes()));
        assertThat(fitted.score(Sets.of(Sets.SPACE, 0, 12, 0, 0, 0.5f, 0, 0, 0, 0, 0))
                        .toArray())
                .containsExactly(1, 0);
    }
}
