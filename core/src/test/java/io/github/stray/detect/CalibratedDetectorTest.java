// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Promise;
import io.github.stray.threshold.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratedDetectorTest {
    private static FeatureSet named(FeatureSet set, String prefix) {
        List<String> ids =
                IntStream.range(0, set.size()).mapToObj(i -> prefix + i).toList();
        return new FeatureSet(set.features(), ids, set.labels(), set.space(), prefix);
    }

    private final FeatureSet expected = named(Sets.blobs(300, 1), "id-");

    @Test
    void detect_idAndStrangers_verdictsPValuesAndLabels() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), expected);
        List<Detection> known = guard.detect(Sets.blobs(200, 2));
        List<Detection> strange = guard.detect(named(Sets.strangers(50, 3), "ood-"));
        assertThat(known.stream()
                        .filter(d -> d.verdict().orElseThrow() == Verdict.IN)
                        .count())
                .isGreaterThan(175);
        assertThat(strange).hasSize(50).allMatch(d -> d.verdict().orElseThrow() == Verdict.OUT);
        assertThat(strange)
                .allMatch(d -> d.pValue().orElseThrow() <= 0.05 && d.pValue().orElseThrow() > 0);
        assertThat(strange.get(3).id()).isEqualTo("ood-3");
        assertThat(strange.get(3).label()).isEmpty();
        assertThat(known.get(4).label()).isEqualTo(OptionalInt.of(1));
        assertThat(known.get(4).neighbours()).isEmpty();
    }

    @Test
    void fit_default_holdsOutAFifth() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), expected);
        Calibration calibration = guard.calibration().orElseThrow();
        assertThat(calibration.size()).isEqualTo(60);
        assertThat(calibration.tpr()).isEqualTo(0.95);
        assertThat(guard.gallery().orElseThrow().ids()).hasSize(240);
        CalibrationSplit split = CalibrationSplit.of(expected, 0.2);
        assertThat(new HashSet<>(guard.gallery().orElseThrow().ids()))
                .isEqualTo(new HashSet<>(split.fitting().ids()));
        assertThat(calibration).isEqualTo(Calibration.of(guard.fitted().score(split.calibration()), 0.95));
        assertThat(guard.notes()).isEmpty();
    }

    @Test
    void detect_neighbours_areNearestGalleryRows() {
        CalibratedDetector guard = CalibratedDetector.fit(new Mahalanobis(), expected);
        FeatureSet samples = Sets.blobs(5, 4);
        List<Detection> detections = guard.detect(samples, 3);
        Gallery gallery = guard.gallery().orElseThrow();
        for (int i = 0; i < 5; i++) {
            assertThat(detections.get(i).neighbours())
                    .isEqualTo(gallery.nearest(samples.features(), 3).get(i))
                    .hasSize(3);
            assertThat(detections.get(i).score())
                    .isEqualTo(guard.fitted().score(samples).get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"knn", "knn:k=7", "knn:k=7,aggregate=kth", "knn:k=3,distance=euclidean", "knn:variant=openood"})
    void detect_neighbours_leaveTheScoresAsTheyAre(String detector) {
        CalibratedDetector guard = CalibratedDetector.fit(Detectors.parse(detector), expected);
        for (int samples : new int[] {1, 2, 60}) {
            FeatureSet given = named(Sets.blobs(samples, 5), "new-");
            List<Detection> alone = guard.detect(given);
            List<Detection> beside = guard.detect(given, 4);
            assertThat(beside)
                    .extracting(Detection::score)
                    .isEqualTo(alone.stream().map(Detection::score).toList());
            assertThat(beside).allSatisfy(each -> assertThat(each.neighbours()).hasSize(4));
        }
    }

    @Test
    void fittedKnn_isMadeOfTheNeighboursOfItsOwnGalleryAlone() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(2), expected);
        var knn = (FittedKnn) guard.fitted();
        Gallery own = guard.gallery().orElseThrow();
        assertThat(knn.isMadeOfNeighboursIn(own)).isTrue();
        FeatureMatrix some =
                expected.features().select(IntStream.range(0, own.rows().rows()).toArray());
        assertThat(knn.isMadeOfNeighboursIn(new Gallery(some, own.ids()))).isFalse();
        var euclidean = (FittedKnn) CalibratedDetector.fit(Detectors.parse("knn:distance=euclidean"), expected)
                .fitted();
        assertThat(euclidean.isMadeOfNeighboursIn(new Gallery(euclidean.gallery(), own.ids())))
                .isFalse();
    }

    /** The scores come from the gallery's search, so a gallery of other rows must not be taken for the detector's. */
    @Test
    void detect_withAGalleryOfOtherRows_scoresByItsOwn() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(2), expected);
        FeatureSet others = named(Sets.strangers(30, 9), "other-");
        var mixed = new CalibratedDetector(
                guard.fitted(),
                guard.calibration(),
                Optional.of(new Gallery(others.features(), others.ids())),
                guard.provenance());
        FeatureSet given = Sets.blobs(5, 6);
        assertThat(mixed.detect(given, 3))
                .extracting(Detection::score)
                .isEqualTo(guard.detect(given).stream().map(Detection::score).toList());
    }

    @Test
    void detect_neighboursWithoutGallery_saysSo() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), expected).withoutGallery();
        assertThat(guard.detect(expected)).hasSize(300);
        assertThatThrownBy(() -> guard.detect(expected, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 neighbours were asked for, but this detector has no gallery");
        assertThatThrownBy(() -> guard.detect(expected, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void detect_moreNeighboursThanRows_isRefused() {
        CalibratedDetector guard = CalibratedDetector.fitUncalibrated(new Knn(1), Training.of(Sets.blobs(4, 1)));
        assertThatThrownBy(() -> guard.detect(expected, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot give 5 neighbours out of a gallery of 4 rows");
    }

    @Test
    void fitUncalibrated_detect_noVerdictNoPValue() {
        CalibratedDetector guard = CalibratedDetector.fitUncalibrated(new Knn(1), Training.of(expected));
        assertThat(guard.calibration()).isEmpty();
        assertThat(guard.gallery().orElseThrow().ids()).hasSize(300);
        assertThat(guard.detect(expected))
                .hasSize(300)
                .allMatch(d -> d.verdict().isEmpty() && d.pValue().isEmpty() && d.score() == 1);
        assertThat(guard.notes()).isEmpty();
    }

    @Test
    void fit_explicitCalibration_usesAllTrainingRows() {
        FeatureSet others = named(Sets.blobs(40, 9), "calibration-");
        CalibratedDetector guard =
                CalibratedDetector.fit(new Knn(1), Training.of(expected), others, Promise.onAverage(0.9));
        assertThat(guard.gallery().orElseThrow().ids()).hasSize(300);
        assertThat(guard.calibration().orElseThrow())
                .isEqualTo(Calibration.of(new Knn(1).fit(expected).score(others), 0.9));
    }

    @Test
    void fit_calibrationOfOtherSpace_isRefused() {
        assertThatThrownBy(() -> CalibratedDetector.fit(
                        new Knn(1),
                        Training.of(expected),
                        Sets.blobs(40, 9).withSpace(Sets.space("net-b", 5)),
                        Promise.onAverage(0.9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("net-a")
                .hasMessageContaining("net-b")
                .hasFieldOrPropertyWithValue("remedy", Remedy.SAME_SPACE);
    }

    @Test
    void fit_tooFewForTheTarget_notesItAndJudgesAllIn() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), Sets.blobs(90, 1));
        assertThat(guard.calibration().orElseThrow().size()).isEqualTo(18);
        assertThat(guard.notes())
                .containsExactly(
                        "18 calibration samples are too few for a TPR of 0.95, which takes at least 19: every sample will be judged in-distribution");
        assertThat(guard.detect(Sets.strangers(10, 1)))
                .hasSize(10)
                .allMatch(d -> d.verdict().orElseThrow() == Verdict.IN);
        assertThat(CalibratedDetector.fit(new Knn(1), Sets.blobs(95, 1)).notes())
                .isEmpty();
        assertThat(CalibratedDetector.fit(new Knn(1), Sets.blobs(1, 1)).notes()).hasSize(1);
    }

    @Test
    void fit_provenance_namesDetectorDataAndProvider() {
        assertThat(CalibratedDetector.fit(new Knn(1), expected).provenance().entries())
                .containsEntry("detector", "knn:k=1,aggregate=mean,distance=cosine,normalize=true,variant=canonical")
                .containsEntry("training", "id-")
                .containsEntry("training_rows", "240")
                .containsEntry("calibration", "a share of 0.2 held out")
                .containsEntry("calibration_rows", "60")
                .containsKeys("space", "simd", "java", "stray", "created");
    }

    @Test
    void fit_sharesOutOfRange_areRefused() {
        assertThatThrownBy(() -> CalibratedDetector.fit(new Knn(1), Training.of(expected), 0, Promise.onAverage(0.95)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CalibratedDetector.fit(new Knn(1), Training.of(expected), 0.2, Promise.onAverage(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * The promise of the threshold, on average over calibration sets. 95 samples leave 19 for calibration, where the promise
     * is tight: the expected share is 0.95 exactly, up to the stratification.
     */
    @ParameterizedTest
    @ValueSource(strings = {"knn", "knn:k=5,variant=openood", "mahalanobis", "mahalanobis:variant=plp"})
    void fit_twoHundredSplits_meanTprOnFreshSamplesReachesTheTarget(String detector) {
        int splits = 200;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < splits; seed++) {
            FeatureSet samples = named(Sets.blobs(95, 1000 + seed), "split-" + seed + "-");
            CalibratedDetector guard = CalibratedDetector.fit(Detectors.parse(detector), samples);
            assertThat(guard.calibration().orElseThrow().size()).isEqualTo(19);
            double tpr = guard.detect(Sets.blobs(150, 5000 + seed)).stream()
                    .mapToInt(d -> d.verdict().orElseThrow() == Verdict.IN ? 1 : 0)
                    .average()
                    .orElseThrow();
            sum += tpr;
            squares += tpr * tpr;
        }
        double mean = sum / splits;
        double standardError = Math.sqrt((squares / splits - mean * mean) / (splits - 1));
        assertThat(mean).isGreaterThanOrEqualTo(0.95 - 3 * standardError);
        assertThat(mean).as("not by keeping everything").isLessThan(0.97);
        assertThat(standardError).isLessThan(0.01);
    }

    private static FeatureSet from(FeatureSet samples, int first, int size) {
        return samples.select(IntStream.range(first, first + size).toArray());
    }

    @Test
    void fit_calibrationThatSharesRows_leavesThemOutUpToHalf() {
        FeatureSet all = Sets.blobs(60, 5);
        Training training = Training.of(from(all, 0, 40));
        CalibratedDetector guard =
                CalibratedDetector.fit(new Knn(1), training, from(all, 20, 40), Promise.onAverage(0.9));
        assertThat(guard.calibration())
                .hasValue(Calibration.of(new Knn(1).fit(from(all, 0, 40)).score(from(all, 40, 20)), 0.9));
        assertThat(guard.notes()).anyMatch(note -> note.contains("20"));
        assertThatThrownBy(
                        () -> CalibratedDetector.fit(new Knn(1), training, from(all, 19, 40), Promise.onAverage(0.9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("21 of the 40 calibration rows");
        Training words = training.with(Sets.classes());
        assertThat(CalibratedDetector.fit(new Mcm(), words, from(all, 0, 40), Promise.onAverage(0.9))
                        .calibration()
                        .orElseThrow()
                        .size())
                .isEqualTo(40);
    }

    @Test
    void fit_calibrationThatTheHeadHasSeen_isRefusedWhereAHeadIsRead() {
        FeatureSet calibration = Sets.blobs(30, 6);
        LinearHead plain = Sets.head();
        var head = new LinearHead(
                plain.weight(),
                plain.bias(),
                Optional.empty(),
                plain.classNames(),
                plain.space(),
                SeenSamples.of(from(calibration, 0, 1)));
        Training training = Training.of(Sets.blobs(90, 7)).with(head);
        assertThatThrownBy(() -> CalibratedDetector.fit(new Energy(1), training, calibration, Promise.onAverage(0.9)))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("the head was trained on 1 of the 30 calibration samples")
                .hasFieldOrPropertyWithValue("remedy", Remedy.UNSEEN_CALIBRATION);
        assertThat(CalibratedDetector.fit(new Knn(1), training, calibration, Promise.onAverage(0.9))
                        .calibration())
                .isPresent();
    }

    @Test
    void detect_moreThanABlock_arrivesInOrder() throws IOException {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), Sets.blobs(90, 1));
        FeatureSet many = Sets.blobs(2100, 2);
        var sizes = new ArrayList<Integer>();
        var arrived = new ArrayList<Detection>();
        guard.detect(many, 1, block -> {
            sizes.add(block.size());
            arrived.addAll(block);
        });
        assertThat(sizes).containsExactly(1024, 1024, 52);
        assertThat(arrived).isEqualTo(guard.detect(many, 1));
    }
}
