// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import io.github.stray.tensor.Tensor;
import java.util.HashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GaussianTest {
    @Nested
    class Plain extends DetectorContract {
        @Override
        Detector detector() {
            return new Gaussian();
        }
    }

    @Nested
    class Shrunk extends DetectorContract {
        @Override
        Detector detector() {
            return new Gaussian(0.3);
        }
    }

    private static double score(String detector, FeatureSet training, float... x) {
        return Detectors.parse(detector)
                .fit(training)
                .score(Sets.of(training.space(), x))
                .get(0);
    }

    @Test
    void score_byHand() {
        FeatureSet line = Sets.of(Sets.space("net-a", 1), 0, 2, 8, 10);
        assertThat(score("gaussian", line, 13)).isCloseTo(-64 / 17.0, within(1e-12));
        // S = diag(1, 4): half of it and half of 2.5 I.
        FeatureSet plane = Sets.of(Sets.space("net-a", 2), 1, 2, 1, -2, -1, 2, -1, -2);
        assertThat(score("gaussian", plane, 3, 4)).isCloseTo(-(9 + 4), within(1e-12));
        assertThat(score("gaussian:shrinkage=0.5", plane, 3, 4)).isCloseTo(-(9 / 1.75 + 16 / 3.25), within(1e-12));
    }

    @Test
    void fit_singularCovariance_dropsDirectionsAndSaysSo() {
        FeatureSet flat = Sets.of(Sets.space("net-a", 2), 0, 3, 2, 3);
        FittedDetector fitted = new Gaussian().fit(flat);
        assertThat(fitted.notes())
                .containsExactly(
                        "the covariance is singular: 1 of 2 directions were dropped, and differences along them do not count");
        assertThat(fitted.score(Sets.of(flat.space(), 4, 1e6f)).get(0)).isCloseTo(-9, within(1e-12));
        assertThat(fitted.detector().restore(fitted.space(), fitted.state()).notes())
                .isEqualTo(fitted.notes());
        assertThat(new Gaussian(0.1).fit(flat).notes()).isEmpty();
    }

    @Test
    void fit_equalRows_isRefused() {
        for (String detector : new String[] {"gaussian", "gaussian:shrinkage=1"}) {
            assertThatThrownBy(() -> Detectors.parse(detector).fit(Sets.of(Sets.space("net-a", 2), 0.1f, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gaussian: the 1 rows of 'set' are all equal");
            assertThatThrownBy(() -> Detectors.parse(detector)
                            .fit(Sets.of(Sets.space("net-a", 2), 0.1f, 0.7f, 0.1f, 0.7f, 0.1f, 0.7f)))
                    .hasMessageContaining("the 3 rows of 'set' are all equal");
        }
    }

    @Test
    void restore_whiteningOfNoDirections_isRefused() {
        FittedDetector fitted = new Gaussian().fit(Sets.blobs(9, 1));
        var state = new HashMap<>(fitted.state());
        state.put("whitening", Tensor.ofDoubles(new double[0], 0, 5));
        assertThatThrownBy(() -> new Gaussian().restore(Sets.SPACE, state))
                .hasMessage("tensor 'whitening' of gaussian has 0 directions, expected 1 to 5");
    }

    @Test
    void options_shrinkageOutOfRange_isRefused() {
        for (String shrinkage : new String[] {"-0.1", "1.5", "NaN"}) {
            assertThatThrownBy(() -> Detectors.parse("gaussian:shrinkage=" + shrinkage))
                    .hasMessageContaining("option shrinkage of gaussian must lie in 0 .. 1, was ");
        }
    }
}
