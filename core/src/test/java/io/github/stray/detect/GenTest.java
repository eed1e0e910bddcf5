// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GenTest {
    @Nested
    class OnLogits extends DetectorContract {
        @Override
        Detector detector() {
            return new Gen();
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("gen:gamma=0.5,m=2");
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    private static double score(String detector, float... logits) {
        var space = Sets.space("net-a", logits.length);
        return Detectors.parse(detector)
                .fit(Training.of(Sets.of(space, new float[logits.length])))
                .score(Sets.of(space, logits))
                .get(0);
    }

    @Test
    void score_byHand() {
        float two = (float) Math.log(2);
        float three = (float) Math.log(3);
        float five = (float) Math.log(5);
        assertThat(score("gen:gamma=1", two, three, five)).isCloseTo(-(0.16 + 0.21 + 0.25), within(1e-7));
        assertThat(score("gen:gamma=1,m=2", two, five, three)).isCloseTo(-(0.21 + 0.25), within(1e-7));
        assertThat(score("gen:gamma=0.5,m=1", two, three, five)).isCloseTo(-0.5, within(1e-7));
        assertThat(score("gen:gamma=0.5", 1, 1)).isEqualTo(-1);
    }

    @Test
    void score_moreThan100Classes_only100Count() {
        float[] logits = new float[150];
        assertThat(score("gen:gamma=1", logits)).isCloseTo(-100 * (1 / 150.0) * (149 / 150.0), within(1e-12));
        assertThat(score("gen:gamma=1,m=150", logits)).isCloseTo(-149 / 150.0, within(1e-12));
    }

    @Test
    void score_nearlyCertain_keepsItsDigits() {
        double expected = -2 * Math.exp(-6);
        assertThat(score("gen", 0, -60)).isCloseTo(expected, within(1e-13));
    }

    @Test
    void score_certain_isZero() {
        assertThat(score("gen", 3e38f, -3e38f)).isZero();
        assertThat(score("gen", -7)).isZero();
    }

    @Test
    void fit_moreThanThereAreClasses_isRefused() {
        assertThatThrownBy(() -> new Gen(0.1, OptionalInt.of(6)).fit(Training.of(Sets.blobs(9, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "gen: m=6 of the largest probabilities are to count, and there are 5 classes; take m=5 at most, or leave it out");
        assertThatThrownBy(() -> new Gen(0.1, OptionalInt.of(4)).fit(Training.NOTHING.with(Sets.head())))
                .hasMessageContaining("there are 3 classes");
        assertThatThrownBy(() -> new Gen(0.1, OptionalInt.of(6)).restore(Sets.SPACE, Map.of()))
                .hasMessageContaining("there are 5 classes");
    }

    @Test
    void options_outOfRange_areRefused() {
        for (String bad : new String[] {"0.0", "-0.1", "1.5", "NaN"}) {
            assertThatThrownBy(() -> Detectors.parse("gen:gamma=" + bad))
                    .hasMessage("option gamma of gen must be above 0 and at most 1, was " + bad);
        }
        assertThatThrownBy(() -> Detectors.parse("gen:m=0")).hasMessage("option m of gen must be at least 1, was 0");
        assertThatThrownBy(() -> Detectors.parse("gen:m=all"))
                .hasMessage("option m of gen must be a whole number or auto, was 'all'");
    }
}
