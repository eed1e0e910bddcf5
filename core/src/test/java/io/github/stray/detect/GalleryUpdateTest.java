// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.DetectorFile;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import io.github.stray.threshold.Promise;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GalleryUpdateTest {
    private static final Promise PROMISE = Promise.withConfidence(0.9, 0.8);

    private final FeatureSet first = named(Sets.blobs(200, 1), "first");
    private final FeatureSet more = named(Sets.blobs(31, 2), "more");

    @TempDir
    Path folder;

    private static FeatureSet named(FeatureSet set, String prefix) {
        return set.withIds(
                IntStream.range(0, set.size()).mapToObj(i -> prefix + i).toList());
    }

    /** Every detector without options, and knn with all of them. */
    static Stream<String> detectors() {
        return Stream.concat(
                Detectors.ids().stream().map(id -> id.equals("neglabel") ? "neglabel:groups=4,keep=0.5" : id),
                Stream.of(
                        "knn:k=7",
                        "knn:k=7,aggregate=kth",
                        "knn:k=3,distance=euclidean",
                        "knn:k=3,distance=euclidean,normalize=false",
                        "knn:variant=openood"));
    }

    private static Training given(Detector detector, FeatureSet samples) {
        Needs needs = detector.needs();
        FeatureSet rows = samples;
        if (needs.layers().contains(Layer.PATCHES)) {
            int d = Sets.SPACE.dimension();
            float[] patches = new float[samples.size() * 2 * d];
            rows = rows.with(
                    Layer.PATCHES, new FeatureLayer(Tensor.ofFloats(patches, samples.size(), 2, d), Sets.SPACE));
        }
        if (needs.trainingLayers().contains(Layer.EMBEDDINGS)) {
            rows = rows.with(
                    Layer.EMBEDDINGS, new FeatureLayer(samples.features().toTensor(), samples.space()));
        }
        Training training = Training.of(rows);
        training = needs.takesHead() ? training.with(Sets.head()) : training;
        training = needs.classes() ? training.with(Sets.classes()) : training;
        return needs.negatives() ? training.with(Sets.negatives()) : training;
    }

    private CalibratedDetector reread(CalibratedDetector detector) throws IOException {
        Path file = folder.resolve("d.stray");
        DetectorFile.write(file, detector);
        return DetectorFile.read(file);
    }

    private static void assertSame(CalibratedDetector updated, CalibratedDetector anew, FeatureSet samples) {
        assertThat(updated.fitted().state().keySet())
                .isEqualTo(anew.fitted().state().keySet());
        for (Map.Entry<String, Tensor> learnt : anew.fitted().state().entrySet()) {
            Tensor other = Objects.requireNonNull(updated.fitted().state().get(learnt.getKey()));
            assertThat(other.shape()).isEqualTo(learnt.getValue().shape());
            assertThat(other.toDoubles())
                    .as(learnt.getKey())
                    .isEqualTo(learnt.getValue().toDoubles());
        }
        assertThat(updated.calibration()).isEqualTo(anew.calibration());
        assertThat(updated.detect(samples, 2)).isEqualTo(anew.detect(samples, 2));
        assertThat(updated.gallery().orElseThrow().ids())
                .isEqualTo(anew.gallery().orElseThrow().ids());
    }

    /** The claim itself: through the file, bit for bit, for every method that is not refused by name. */
    @ParameterizedTest
    @MethodSource("detectors")
    void of_everyDetector_equalsFittingAnewOrIsRefusedByName(String text) throws IOException {
        Detector detector = Detectors.parse(text);
        CalibratedDetector before = reread(CalibratedDetector.fit(detector, given(detector, first), PROMISE));
        var update = new GalleryUpdate(Optional.of(more), Set.of("first3", "first7", "first8", "first21"));
        Optional<String> obstacle = GalleryUpdate.obstacle(before.fitted());
        if (obstacle.isPresent()) {
            assertThat(before.heldOut()).isEmpty();
            assertThatThrownBy(() -> update.of(before))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("%s cannot be given more or fewer samples: it %s; fit it anew"
                            .formatted(detector.id(), obstacle.get()));
            return;
        }
        CalibrationSplit split = CalibrationSplit.of(first, CalibratedDetector.DEFAULT_FRACTION);
        FeatureSet rows = FeatureSet.concat(without(split.fitting(), update.removed()), more);
        FeatureSet held = without(split.calibration(), update.removed());
        CalibratedDetector anew = CalibratedDetector.fit(detector, given(detector, rows), held, PROMISE);
        CalibratedDetector updated = reread(update.of(before));
        assertThat(updated.gallery().orElseThrow().ids()).hasSize(rows.size());
        assertThat(held.size()).isBetween(36, 39);
        assertSame(updated, anew, Sets.blobs(40, 5));
        assertThat(updated.heldOut().orElseThrow().ids()).isEqualTo(held.ids());
        assertThat(updated.calibration()).isNotEqualTo(before.calibration());
    }

    private static FeatureSet without(FeatureSet rows, Set<String> removed) {
        return rows.select(IntStream.range(0, rows.size())
                .filter(i -> !removed.contains(rows.ids().get(i)))
                .toArray());
    }

    @Test
    void obstacle_detectors_areKnownByName() {
        List<String> exact = detectors()
                .filter(id -> {
                    Detector detector = Detectors.parse(id);
                    return GalleryUpdate.obstacle(detector.fit(given(detector, first)))
                            .isEmpty();
                })
                .toList();
        assertThat(exact)
                .contains("knn", "gaussian", "kmeans", "vim", "residual", "nnguide", "react")
                .doesNotContain("mahalanobis", "mcm", "energy", "plp");
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void calibrate_everyDetector_equalsFittingWithThatPromiseAndTheseRows(String text) throws IOException {
        Detector detector = Detectors.parse(text);
        Promise other = Promise.onAverage(0.8);
        CalibratedDetector before = reread(CalibratedDetector.fit(detector, given(detector, first), PROMISE));
        CalibratedDetector anew = CalibratedDetector.fit(detector, given(detector, first), other);
        assertThat(before.calibrate(other).calibration()).isEqualTo(anew.calibration());
        assertThat(before.calibrate(other).heldOut().map(FeatureSet::ids))
                .isEqualTo(anew.heldOut().map(FeatureSet::ids));

        FeatureSet held =
                given(detector, named(Sets.blobs(60, 8), "held")).samples().orElseThrow();
        CalibratedDetector onOthers = CalibratedDetector.fit(detector, given(detector, first), held, other);
        CalibratedDetector without = reread(CalibratedDetector.fitUncalibrated(detector, given(detector, first)));
        CalibratedDetector calibrated = without.calibrate(held, other);
        assertThat(calibrated.calibration()).isEqualTo(onOthers.calibration());
        assertThat(calibrated.heldOut().map(FeatureSet::ids))
                .isEqualTo(onOthers.heldOut().map(FeatureSet::ids));
    }

    @Test
    void calibrate_withoutScoresOrOnTrainingRows_isRefused() {
        CalibratedDetector without = CalibratedDetector.fitUncalibrated(new Knn(1), Training.of(first));
        assertThatThrownBy(() -> without.calibrate(PROMISE))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.remedy()).isEqualTo(Remedy.CALIBRATION_SAMPLES))
                .hasMessage("the detector has no calibration scores");
        assertThatThrownBy(() -> without.calibrate(first, PROMISE))
                .hasMessageContaining("200 of the 200 calibration rows of 'set' are among the training rows of 'set'");
        CalibratedDetector few = CalibratedDetector.fit(new Knn(1), first);
        assertThatThrownBy(() -> few.calibrate(Promise.withConfidence(0.95, 0.99)))
                .hasMessageContaining("takes at least 90 calibration samples, there are 40");
    }

    @Test
    void of_heldOutOrKnownSamples_areRefusedByName() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), first);
        FeatureSet held = guard.heldOut().orElseThrow();
        String heldId = held.ids().get(2);
        String galleryId = guard.gallery().orElseThrow().ids().get(4);
        refused(
                guard,
                more.withIds(replaced(more, 3, heldId)),
                "1 sample to be added is held out for the calibration: '" + heldId + "'; leave it out");
        refused(
                guard,
                more.withIds(replaced(more, 3, galleryId)),
                "1 sample to be added is in the gallery already: '" + galleryId + "'; leave it out");
        refused(
                guard,
                more.withIds(replaced(more, 3, "more4")),
                "1 sample to be added is among the added ones twice: 'more4'; leave it out");
        FeatureSet copies = FeatureSet.concat(more, named(held.select(new int[] {5, 6}), "copy"));
        refused(
                guard,
                copies,
                "2 samples to be added are copies of samples held out for the calibration: 'copy0 (the features of %s)', 'copy1 (the features of %s)'; leave them out"
                        .formatted(held.ids().get(5), held.ids().get(6)));
        refused(guard, named(first, "first"), "160 samples to be added are in the gallery already: '");
        // Taken out in the same step, an id is free.
        GalleryUpdate swap = new GalleryUpdate(Optional.of(more.withIds(replaced(more, 3, heldId))), Set.of(heldId));
        assertThat(swap.of(guard).heldOut().orElseThrow().ids()).doesNotContain(heldId);
        assertThat(swap.of(guard).gallery().orElseThrow().ids()).contains(heldId);
    }

    private static List<String> replaced(FeatureSet rows, int at, String id) {
        var ids = new ArrayList<>(rows.ids());
        ids.set(at, id);
        return ids;
    }

    private static void refused(CalibratedDetector guard, FeatureSet added, String message) {
        assertThatThrownBy(() -> new GalleryUpdate(Optional.of(added), Set.of()).of(guard))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void of_unknownIdsOtherSpaceOrNoGallery_areRefused() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), first);
        assertThatThrownBy(() -> new GalleryUpdate(Optional.empty(), Set.of("b", "first0", "a")).of(guard))
                .hasMessage("2 samples to be removed are neither in the gallery nor held out: 'a', 'b'");
        assertThatThrownBy(() ->
                        new GalleryUpdate(Optional.of(more.withSpace(Sets.space("net-b", 5))), Set.of()).of(guard))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.remedy()).isEqualTo(Remedy.SAME_SPACE));
        assertThatThrownBy(() -> new GalleryUpdate(Optional.of(more), Set.of()).of(guard.withoutGallery()))
                .hasMessage("this knn holds no gallery, so its samples have no ids; fit it anew, with its gallery");
    }

    /** A file of an older release, or one calibrated on other samples than it may keep. */
    @Test
    void of_withoutHeldOutSamples_losesTheThresholdUnlessOthersAreGiven() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), first);
        var old = new CalibratedDetector(guard.fitted(), guard.calibration(), guard.gallery(), guard.provenance());
        var update = new GalleryUpdate(Optional.of(more), Set.of());
        assertThat(update.of(old).calibration()).isEmpty();
        FeatureSet good = named(Sets.blobs(50, 9), "good");
        CalibratedDetector calibrated = update.of(old, good, PROMISE);
        assertThat(calibrated.calibration().orElseThrow().size()).isEqualTo(50);
        assertThat(calibrated.heldOut().orElseThrow().ids()).isEqualTo(good.ids());
        CalibratedDetector none = CalibratedDetector.fitUncalibrated(new Knn(1), Training.of(first));
        assertThat(update.of(none).calibration()).isEmpty();
    }

    @Test
    void of_severalSteps_areKeptInOrderWithTheirDigests() throws IOException {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), first);
        CalibratedDetector updated =
                new GalleryUpdate(Optional.of(more), Set.of("first0")).of(guard).after(guard, "aa");
        CalibratedDetector calibrated =
                updated.calibrate(Promise.onAverage(0.5)).after(updated, "bb");
        CalibratedDetector read = reread(calibrated);
        assertThat(read.provenance()).isEqualTo(calibrated.provenance());
        assertThat(read.provenance().entries())
                .containsEntry("operation", "calibrate")
                .containsEntry("promise", "keeping 0.5 of ID samples on average");
        assertThat(read.provenance().before()).hasSize(2);
        assertThat(read.provenance().before().getFirst())
                .containsEntry("sha256", "aa")
                .containsEntry("training_rows", "160")
                .doesNotContainKey("operation");
        assertThat(read.provenance().before().getLast())
                .containsEntry("sha256", "bb")
                .containsEntry("operation", "update")
                .containsEntry("added_rows", "31")
                .containsEntry("removed_ids", "1");
    }

    @Test
    void nextNumber_ids_isBehindTheLargestNumber() {
        CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), Sets.blobs(50, 1));
        assertThat(GalleryUpdate.nextNumber(guard)).isEqualTo(50);
        assertThat(GalleryUpdate.nextNumber(CalibratedDetector.fit(new Knn(1), first)))
                .isZero();
    }

    @Test
    void of_halfPrecisionRows_equalsFittingAnew() throws IOException {
        byte[] halves = new byte[2 * 20 * 2];
        for (int i = 0; i < 40; i++) {
            halves[2 * i] = (byte) (7 * i);
            halves[2 * i + 1] = (byte) (0x38 + i % 5);
        }
        FeatureMatrix rows =
                FeatureMatrix.of(Tensor.of(ElementType.F16, new long[] {20, 2}, MemorySegment.ofArray(halves)));
        FeatureSet half = FeatureSet.of(rows, "half");
        FeatureSet added = FeatureSet.of(FeatureMatrix.copyOf(new float[] {1, 2, 3, 5}, 2, 2), "more")
                .withIds(List.of("x", "y"));
        CalibratedDetector before = reread(CalibratedDetector.fit(new Knn(1), half));
        CalibrationSplit split = CalibrationSplit.of(half, CalibratedDetector.DEFAULT_FRACTION);
        CalibratedDetector anew = CalibratedDetector.fit(
                new Knn(1),
                Training.of(FeatureSet.concat(split.fitting(), added)),
                split.calibration(),
                CalibratedDetector.DEFAULT_PROMISE);
        assertSame(reread(new GalleryUpdate(Optional.of(added), Set.of()).of(before)), anew, half);
    }
}
