// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MaxLogitTest {
    @Nested
    class OnLogits extends DetectorContract {
        @Override
        Detector detector() {
            return new MaxLogit();
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return new MaxLogit();
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    @Test
    void score_byHand() {
        FittedDetector fitted = new MaxLogit().fit(Training.of(Sets.of(Sets.SPACE, new float[5])));
        assertThat(fitted.score(Sets.of(Sets.SPACE, -3, -1, -2, -1, -9, 0, 7, 7, 1, 2))
                        .toArray())
                .containsExactly(-1, 7);
    }
}
