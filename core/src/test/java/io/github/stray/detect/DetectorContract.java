// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.Scores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every detector promises. A subclass names the detector. */
abstract class DetectorContract {
    private FeatureSet training = Sets.blobs(90, 1);
    private FeatureSet samples = Sets.blobs(300, 2);

    @BeforeEach
    void addFurtherLayers() {
        training = withFurtherLayers(training);
        samples = withFurtherLayers(samples);
    }

    abstract Detector detector();

    /** Whether a detector of logits is given features and a head. */
    boolean onHead() {
        return false;
    }

    /** Samples with the further layers that the detector reads. */
    FeatureSet withFurtherLayers(FeatureSet samples) {
        return samples;
    }

    /** Whether one class is enough to be fitted to. */
    boolean takesOneClass() {
        return true;
    }

    /** How far a score may move, relative to it or to 1, when the training rows come in another order. */
    double orderTolerance() {
        return 1e-9;
    }

    /** Samples with whatever else the detector needs. */
    Training given(FeatureSet samples) {
        Needs needs = detector().needs();
        Training training = Training.of(
                needs.trainingLayers().contains(Layer.EMBEDDINGS)
                        ? samples.with(
                                Layer.EMBEDDINGS,
                                new FeatureLayer(samples.features().toTensor(), samples.space()))
                        : samples);
        if (onHead() || needs.head() == Needs.Head.REQUIRED) {
            training = training.with(Sets.head());
        }
        if (needs.classes()) {
            training = training.with(Sets.classes());
        }
        if (needs.negatives()) {
            training = training.with(Sets.negatives());
        }
        return training;
    }

    private FittedDetector fit(FeatureSet samples) {
        return detector().fit(given(samples));
    }

    @Test
    void fit_twice_equalScores() {
        assertThat(fit(training).score(samples)).isEqualTo(fit(training).score(samples));
    }

    @Test
    void score_idAgainstStrangers_idScoresHigher() {
        assertTellsApart(fit(training), samples, withFurtherLayers(Sets.strangers(100, 3)));
    }

    private static void assertTellsApart(FittedDetector fitted, FeatureSet id, FeatureSet strangers) {
        assertFinite(fitted.score(id), id.size());
        assertThat(mean(fitted.score(id))).isGreaterThan(mean(fitted.score(strangers)));
    }

    private static void assertFinite(Scores scores, int rows) {
        assertThat(DoubleStream.of(scores.toArray()).boxed()).hasSize(rows).allMatch(Double::isFinite);
    }

    @Test
    void score_oneByOne_sameBitsAsTogether() {
        FittedDetector fitted = fit(training);
        Scores together = fitted.score(samples);
        for (int i = 0; i < samples.size(); i += 7) {
            assertThat(fitted.score(Sets.row(samples, i)).get(0)).isEqualTo(together.get(i));
        }
    }

    @Test
    void score_noSamples_noScores() {
        assertThat(fit(training).score(samples.select(new int[0])).size()).isZero();
    }

    @Test
    void score_trainingRowsInOtherOrder_sameScores() {
        var order = new ArrayList<>(IntStream.range(0, training.size()).boxed().toList());
        Collections.shuffle(order, new Random(4));
        FeatureSet shuffled =
                training.select(order.stream().mapToInt(Integer::intValue).toArray());
        double[] expected = fit(training).score(samples).toArray();
        double[] actual = fit(shuffled).score(samples).toArray();
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(orderTolerance() * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void score_fromManyThreads_equalScores() throws Exception {
        FittedDetector fitted = fit(training);
        Scores expected = fitted.score(samples);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Scores>> tasks = Collections.nCopies(32, () -> fitted.score(samples));
            for (Future<Scores> scores : threads.invokeAll(tasks)) {
                assertThat(scores.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void restore_state_sameBits() {
        FittedDetector fitted = fit(training);
        FittedDetector restored = fitted.detector().restore(fitted.space(), fitted.state());
        assertThat(restored.score(samples)).isEqualTo(fitted.score(samples));
        assertThat(restored.detector()).isEqualTo(detector());
        assertThat(restored.space()).isEqualTo(fitted.space());
    }

    @Test
    void fit_withoutLabels_isRefusedOrScoresTheSame() {
        assertMissed(
                needs().labels(), given(training), given(training.withoutLabels()), "%s needs labels", Remedy.LABELS);
    }

    @Test
    void fit_withoutHead_isRefusedOrScoresTheSameIfItTakesNone() {
        Training given = given(training);
        Training without = new Training(given.samples(), Optional.empty(), given.classes(), given.negatives());
        Training with = given.head().isPresent() ? given : given.with(Sets.head());
        if (needs().head() == Needs.Head.REQUIRED || !needs().takesHead()) {
            assertMissed(needs().takesHead(), with, without, "%s needs a linear head", Remedy.HEAD);
        } else {
            assertThat(scores(with)).isNotEqualTo(scores(without));
        }
    }

    @Test
    void fit_headOfAnotherSpace_isRefusedOrScoresTheSameIfItTakesNone() {
        LinearHead own = Sets.head();
        var other = new LinearHead(
                own.weight(),
                own.bias(),
                Optional.empty(),
                own.classNames(),
                Sets.space("net-b", 5),
                SeenSamples.UNKNOWN);
        Training with = given(training).with(other);
        if (needs().takesHead()) {
            assertThatThrownBy(() -> detector().fit(with))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("net-a")
                    .hasMessageContaining("net-b")
                    .hasFieldOrPropertyWithValue("remedy", Remedy.SAME_SPACE);
        } else {
            assertThat(scores(with)).isEqualTo(scores(given(training)));
        }
    }

    @Test
    void fit_withoutClasses_isRefusedOrScoresTheSame() {
        Training given = given(training);
        Training without = new Training(given.samples(), given.head(), Optional.empty(), given.negatives());
        assertMissed(
                needs().classes(),
                without.with(Sets.classes()),
                without,
                "%s needs class embeddings",
                Remedy.CLASS_EMBEDDINGS);
    }

    @Test
    void fit_withoutNegatives_isRefusedOrScoresTheSame() {
        Training given = given(training);
        Training without = new Training(given.samples(), given.head(), given.classes(), Optional.empty());
        assertMissed(
                needs().negatives(),
                without.with(Sets.negatives()),
                without,
                "%s needs negative words",
                Remedy.NEGATIVE_WORDS);
    }

    /** Where nothing is fitted, samples only say of how many classes logits are. */
    @Test
    void fit_withoutSamples_isRefusedOrScoresTheSame() {
        boolean sayClasses = needs().head() == Needs.Head.FOR_LOGITS && !onHead();
        Training given = given(training);
        Training without = new Training(Optional.empty(), given.head(), given.classes(), given.negatives());
        assertMissed(
                needs().fitted() || sayClasses,
                given,
                without,
                "training samples",
                Remedy.TRAINING_SAMPLES,
                Remedy.LOGITS_OR_HEAD);
    }

    /** What is needed is asked for; what is not changes no score. */
    private void assertMissed(boolean needed, Training with, Training without, String message, Remedy... remedies) {
        if (!needed) {
            assertThat(scores(without)).isEqualTo(scores(with));
            return;
        }
        assertThatThrownBy(() -> detector().fit(without))
                .hasMessageContaining(message.formatted(detector().id()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.remedy()).isIn((Object[]) remedies));
        assertThat(scores(with).size()).isEqualTo(samples.size());
    }

    private Needs needs() {
        return detector().needs();
    }

    private Scores scores(Training given) {
        return detector().fit(given).score(samples);
    }

    @Test
    void restore_withoutTensors_namesTheMissingOne() {
        if (needsOnlyTheSpaceOfLogits()) {
            assertThat(detector().restore(Sets.SPACE, Map.of()).layers()).containsExactly(Layer.LOGITS);
            return;
        }
        assertThatThrownBy(() -> detector().restore(Sets.SPACE, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lacks the tensor");
    }

    @Test
    void restore_inSpaceOfOtherDimension_isRefused() {
        FittedDetector fitted = fit(training);
        if (fitted.state().isEmpty()) {
            assertThatThrownBy(() ->
                            detector().restore(Sets.space("net-a", 6), Map.of()).score(samples))
                    .hasMessageContaining("dimension 6");
            return;
        }
        assertThatThrownBy(() -> detector().restore(Sets.space("net-a", 6), fitted.state()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected floating point of shape");
    }

    @Test
    void score_otherSpace_isRefusedNamingBothAndTheWayOut() {
        FittedDetector fitted = fit(training);
        assertThatThrownBy(() -> fitted.score(samples.withSpace(Sets.space("net-b", 5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("net-a")
                .hasMessageContaining("net-b")
                .hasFieldOrPropertyWithValue("remedy", Remedy.SAME_SPACE);
    }

    @Test
    void score_unknownSpace_isAccepted() {
        FittedDetector fitted = fit(training);
        assertThat(fitted.score(samples.withSpace(samples.space().forgetOrigin())))
                .isEqualTo(fitted.score(samples));
    }

    @Test
    void score_otherDimension_isRefused() {
        FittedDetector fitted = fit(training);
        assertThatThrownBy(() -> fitted.score(Sets.of(Sets.space("net-a", 2), 1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dimension 2")
                .hasMessageContaining("dimension 5");
    }

    @Test
    void fitAndScore_nanOrInfinity_areRefusedNamingTheSample() {
        FittedDetector fitted = fit(training);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            FeatureSet broken =
                    Sets.of(Sets.SPACE, 1, 2, 3, 4, 5, 1, bad, 3, 4, 5).withLabels(Labels.of(new int[2]));
            assertThatThrownBy(() -> fitted.score(broken))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sample '1'");
            assertThatThrownBy(() -> fit(broken))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sample '1'");
        }
    }

    @Test
    void fit_noRows_isRefused() {
        assertThatThrownBy(() -> fit(training.select(new int[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one training row");
    }

    @Test
    void fit_constantDimension_tellsStrangersApartThatShareIt() {
        FittedDetector fitted = fit(withConstant(training));
        assertTellsApart(fitted, withConstant(samples), withConstant(Sets.strangers(100, 3)));
        assertFinite(fitted.score(samples), samples.size());
    }

    /** The last feature of every row is the same. */
    private FeatureSet withConstant(FeatureSet set) {
        float[] values = new float[set.size() * 5];
        set.features().copyRows(0, set.size(), values, 0);
        for (int i = 4; i < values.length; i += 5) {
            values[i] = 0.1f;
        }
        FeatureSet constant = Sets.of(Sets.SPACE, values);
        return withFurtherLayers(set.labels().map(constant::withLabels).orElse(constant));
    }

    @Test
    void fit_everyRowTwice_tellsStrangersApart() {
        FeatureSet twice =
                training.select(IntStream.range(0, 180).map(i -> i / 2).toArray());
        assertTellsApart(fit(twice), samples, withFurtherLayers(Sets.strangers(100, 3)));
    }

    @Test
    void fit_oneClass_scoresOrIsRefused() {
        FeatureSet one = training.withLabels(Labels.of(new int[90]));
        if (takesOneClass()) {
            int[] ofFirstClass =
                    IntStream.range(0, samples.size() / 3).map(i -> 3 * i).toArray();
            assertFinite(fit(one).score(samples.select(ofFirstClass)), ofFirstClass.length);
        } else {
            assertThatThrownBy(() -> fit(one))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least two classes");
        }
    }

    @Test
    void fit_selectionOfRows_equalsCopyOfThem() {
        int[] picked = IntStream.range(0, 60).map(i -> 89 - i).toArray();
        FeatureSet view = training.select(picked);
        float[] copied = new float[60 * 5];
        view.features().copyRows(0, 60, copied, 0);
        FeatureSet copy = new FeatureSet(
                FeatureMatrix.copyOf(copied, 60, 5), view.ids(), view.labels(), view.space(), view.dataset());
        FittedDetector fitted = fit(view);
        assertThat(fitted.score(samples)).isEqualTo(fit(copy).score(samples));
        assertThat(detector().restore(fitted.space(), fitted.state()).score(samples))
                .isEqualTo(fitted.score(samples));
    }

    @Test
    void options_readBack_equalDetector() {
        assertThat(Detectors.of(detector().id(), detector().options())).isEqualTo(detector());
        assertThat(Detectors.parse(Detectors.format(detector()))).isEqualTo(detector());
        assertThat(detector().options().keySet())
                .containsExactlyElementsOf(Detectors.describe(detector().id()).options().stream()
                        .map(DetectorOption::name)
                        .toList());
    }

    private boolean needsOnlyTheSpaceOfLogits() {
        return needs().head() == Needs.Head.FOR_LOGITS && !needs().fitted();
    }

    private static double mean(Scores scores) {
        return DoubleStream.of(scores.toArray()).average().orElseThrow();
    }
}
