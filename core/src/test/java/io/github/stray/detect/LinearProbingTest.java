// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearProbe;
import io.github.stray.probe.LinearProbe.Solver;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearProbingTest {
    @Nested
    class ByAdam extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("linear-probe:score=energy,epochs=20,batch=32");
        }

        @Override
        boolean takesOneClass() {
            return false;
        }

        /** Another order is another descent: the scores are near, not equal. */
        @Override
        double orderTolerance() {
            return 0.1;
        }
    }

    @Nested
    class ByLbfgs extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("linear-probe:temperature=2,solver=lbfgs");
        }

        @Override
        boolean takesOneClass() {
            return false;
        }

        /** The order of sums, up to the tolerance of the minimum. */
        @Override
        double orderTolerance() {
            return 1e-5;
        }
    }

    private final FeatureSet training = Sets.blobs(80, 1);
    private final FeatureSet samples = Sets.blobs(40, 2);

    @ParameterizedTest
    @ValueSource(strings = {"msp", "energy", "maxlogit", "entropy", "gen"})
    void score_anyScore_sameBitsAsThatScoreOnTheTrainedHead(String score) {
        LinearHead head = new LinearProbe(Solver.ADAM, 7, 16, 3, 1e-3, 1e-3, OptionalInt.empty())
                .train(training)
                .head();
        FittedDetector onHead = Detectors.parse(score).fit(Training.NOTHING.with(head));
        FittedDetector probing = Detectors.parse("linear-probe:score=%s,epochs=7,batch=16,seed=3".formatted(score))
                .fit(training);
        assertThat(probing.score(samples)).isEqualTo(onHead.score(samples));
        assertThat(probing.layers()).containsExactly(Layer.FEATURES);
    }

    @Test
    void options_default_areThePapersRecipe() {
        ProbeScoring scoring = new LinearProbing().scoring();
        assertThat(new LinearProbe(
                        scoring.solver(),
                        scoring.epochs(),
                        scoring.batch(),
                        scoring.seed(),
                        LinearProbe.PAPER.learningRate(),
                        LinearProbe.PAPER.weightDecay(),
                        OptionalInt.empty()))
                .isEqualTo(LinearProbe.PAPER);
        FeatureSet few = Sets.blobs(12, 3);
        assertThat(new LinearProbing().fit(few).score(samples))
                .isEqualTo(new Msp()
                        .fit(Training.NOTHING.with(LinearProbe.PAPER.train(few).head()))
                        .score(samples));
    }

    @Test
    void temperature_changesMspAndEnergyAndIsRefusedElsewhere() {
        for (String score : List.of("msp", "energy")) {
            Detector warm = Detectors.parse("linear-probe:solver=lbfgs,temperature=3,score=" + score);
            Detector plain = Detectors.parse("linear-probe:solver=lbfgs,score=" + score);
            assertThat(warm.fit(training).score(samples))
                    .isNotEqualTo(plain.fit(training).score(samples));
        }
        for (String score : List.of("maxlogit", "entropy", "gen")) {
            assertThatThrownBy(() -> Detectors.parse("linear-probe:temperature=3,score=" + score))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("score=%s of the linear probe has no temperature, so temperature must stay 1, was 3.0"
                            .formatted(score));
        }
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatThrownBy(() -> Detectors.parse("linear-probe:temperature=0"))
                .hasMessageContaining("option temperature of the linear probe must be above 0");
        assertThatThrownBy(() -> Detectors.parse("linear-probe:epochs=0"))
                .hasMessageContaining("option epochs of the linear probe must be at least 1, was 0");
        assertThatThrownBy(() -> Detectors.parse("linear-probe:batch=0"))
                .hasMessageContaining("option batch of the linear probe must be at least 1, was 0");
        assertThatThrownBy(() -> Detectors.parse("linear-probe:solver=sgd"))
                .hasMessageContaining("option solver of linear-probe cannot be 'sgd'");
        for (String option : List.of("epochs=10", "batch=10", "seed=7")) {
            assertThatThrownBy(() -> Detectors.parse("linear-probe:solver=lbfgs," + option))
                    .hasMessageContaining(
                            "solver=lbfgs of the linear probe takes all rows until it converges, without chance: epochs, batch and seed must stay 100, 256 and 42");
        }
    }

    @Test
    void fit_sayHowWellTheProbeDoes() {
        Detector detector = Detectors.parse("linear-probe:solver=lbfgs");
        assertThat(detector.fit(training).notes())
                .containsExactly("the probe gives 80 of 80 training rows their label");
        FeatureSet contradictory =
                Sets.labelled(new int[] {0, 1, 0, 1}, 1, 2, 2, 2, 2).withLabels(Labels.of(new int[] {0, 1, 0, 3}));
        assertThat(detector.fit(contradictory).notes())
                .contains("the probe gives 2 of 4 training rows their label")
                .anyMatch(note -> note.startsWith("1 of 4 classes has no row in 'set': 2"));
    }

    @Test
    void fit_oneRowAClass_scores() {
        FeatureSet few = Sets.labelled(new int[] {0, 1}, 2, 0, 0, 4, 1);
        FittedDetector fitted = Detectors.parse("linear-probe:solver=lbfgs").fit(few);
        assertThat(fitted.score(few).get(0)).isCloseTo(fitted.score(few).get(1), within(1e-6));
        assertThat(fitted.score(few).get(0))
                .isGreaterThan(fitted.score(Sets.of(few.space(), 2, 0.5f)).get(0));
    }
}
