// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MahalanobisOnLogitsTest {
    @Nested
    class OnLogits extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("mahalanobis:on=logits");
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("mahalanobis:on=logits,variant=plp");
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    @Test
    void fit_withHead_sameBitsAsOnItsLogits() {
        Detector detector = Detectors.parse("mahalanobis:on=logits");
        FeatureSet training = Sets.blobs(60, 1);
        FeatureSet samples = Sets.blobs(30, 2);
        FittedDetector headed = detector.fit(Training.of(training).with(Sets.head()));
        FittedDetector onLogits = detector.fit(Training.of(Sets.head().logits(training)));
        assertThat(headed.layers()).containsExactly(Layer.FEATURES);
        assertThat(onLogits.layers()).containsExactly(Layer.LOGITS);
        assertThat(headed.score(samples)).isEqualTo(onLogits.score(Sets.head().logits(samples)));
    }

    @Test
    void fit_onFeatures_headIsNotUsed() {
        Training training = Training.of(Sets.blobs(60, 1));
        FittedDetector plain = new Mahalanobis().fit(training);
        FittedDetector given = new Mahalanobis().fit(training.with(Sets.head()));
        assertThat(given.score(Sets.blobs(30, 2))).isEqualTo(plain.score(Sets.blobs(30, 2)));
        assertThat(given.state().keySet()).isEqualTo(plain.state().keySet());
    }
}
