// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NnGuideTest {
    @Nested
    class WholeBank extends DetectorContract {
        @Override
        Detector detector() {
            return new NnGuide();
        }
    }

    @Nested
    class Subset extends DetectorContract {
        @Override
        Detector detector() {
            return new NnGuide(3, 0.4, 7);
        }
    }

    /** One class: the energy is the first entry minus 1. */
    private final LinearHead head = LinearHead.of(FeatureMatrix.copyOf(new float[] {1, 0}, 1, 2), new float[] {-1});

    private final FeatureSet training = Sets.of(Sets.space("net-a", 2), 3, 4, 0, 2, 5, 0, 0, 0);

    private double score(String detector, float... x) {
        return Detectors.parse(detector)
                .fit(Training.of(training).with(head))
                .score(Sets.of(training.space(), x))
                .get(0);
    }

    /** The bank: (3, 4)/5 * 2, (0, 1) * -1, (1, 0) * 4 and 0. */
    @Test
    void score_byHand_energyGuidesTheProducts() {
        assertThat(score("nnguide:k=1", 3, 0)).isCloseTo(2 * 4, within(1e-14));
        assertThat(score("nnguide:k=2", 3, 0)).isCloseTo(2 * (4 + 1.2) / 2, within(1e-14));
        assertThat(score("nnguide:k=4", 3, 0)).isCloseTo(2 * (4 + 1.2) / 4, within(1e-14));
        assertThat(score("nnguide:k=1", 0, -9))
                .as("away from a row of negative energy")
                .isCloseTo(-1, within(1e-14));
        assertThat(score("nnguide:k=3", 0, -9)).isCloseTo(-1 / 3.0, within(1e-14));
    }

    /** Ten bank rows that float32 hardly tells apart, others, and one of far larger energy that points away. */
    @Test
    void score_productsCloserThanFloat32_isThatOfSortingThemAll() {
        float[] rows = new float[202];
        for (int i = 0; i < 100; i++) {
            rows[2 * i] = 3;
            rows[2 * i + 1] = i % 10 == 0 ? 4 + Math.scalb(i / 10 * 7 % 10, -21) : 5 + i;
        }
        rows[200] = -1000;
        FeatureSet bank = Sets.of(training.space(), rows);
        float[] x = {3.4f, 3.7f};
        double[] products = IntStream.range(0, 101)
                .mapToDouble(i -> {
                    double a = rows[2 * i];
                    double b = rows[2 * i + 1];
                    return (a - 1) * (x[0] * a + x[1] * b) / Math.hypot(a, b) / Math.hypot(x[0], x[1]);
                })
                .sorted()
                .toArray();
        assertThat(new NnGuide(3, 1, 42)
                        .fit(Training.of(bank).with(head))
                        .score(Sets.of(training.space(), x))
                        .get(0))
                .isCloseTo((x[0] - 1) * (products[100] + products[99] + products[98]) / 3, within(1e-10));
    }

    @Test
    void score_zeroSample_isZero() {
        assertThat(score("nnguide:k=4", 0, 0)).isZero();
    }

    @Test
    void fit_kAboveTheBank_isRefused() {
        assertThatThrownBy(() -> score("nnguide", 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nnguide: k = 10 needs at least 10 training rows, 'set' has 4");
        assertThatThrownBy(() -> score("nnguide:k=3,fraction=0.6", 1, 1))
                .hasMessage("nnguide: k = 3 needs at least 3 training rows, a fraction of 0.6 of the 4 of 'set' is 2");
        assertThatThrownBy(() -> score("nnguide:k=1,fraction=0.1", 1, 1)).hasMessageContaining("of 'set' is 0");
        FittedDetector fitted = new NnGuide(1, 1, 0).fit(Training.of(training).with(head));
        assertThatThrownBy(() -> new NnGuide().restore(fitted.space(), fitted.state()))
                .hasMessage("nnguide: k = 10 needs at least 10 training rows, the stored bank has 4");
    }

    @Test
    void fit_otherSeed_takesOtherRows() {
        FeatureSet many = Sets.blobs(90, 1);
        FeatureSet samples = Sets.blobs(30, 2);
        Training given = Training.of(many).with(Sets.head());
        assertThat(new NnGuide(1, 0.1, 1).fit(given).score(samples))
                .isNotEqualTo(new NnGuide(1, 0.1, 2).fit(given).score(samples));
        assertThat(new NnGuide(1, 0.1, 1).fit(given).state())
                .hasEntrySatisfying(
                        "energies", energies -> assertThat(energies.shape()).containsExactly(9));
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatThrownBy(() -> new NnGuide(0, 1, 42)).hasMessage("option k of nnguide must be at least 1, was 0");
        for (double bad : new double[] {0, -1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> new NnGuide(1, bad, 42))
                    .hasMessage("option fraction of nnguide must be above 0 and at most 1, was " + bad);
        }
    }
}
