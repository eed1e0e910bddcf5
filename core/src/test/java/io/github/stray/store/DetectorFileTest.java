// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detector;
import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Gallery;
import io.github.stray.detect.Knn;
import io.github.stray.detect.Needs;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.score.Scores;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Promise;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorFileTest {
    private static final FeatureSpace SPACE = new FeatureSpace(
            Optional.of("net"),
            Optional.of(Layer.FEATURES.id()),
            2,
            Optional.empty(),
            Optional.of("ab12"),
            Optional.empty());

    @TempDir
    Path folder;

    /** Scores a row by its sum times a weight. */
    private record Fake(Map<String, String> options) implements Detector {
        @Override
        public String id() {
            return "fake";
        }

        @Override
        public Needs needs() {
            return Needs.FEATURES;
        }

        @Override
        public FittedDetector fit(Training training) {
            throw new AssertionError("a stored detector is restored, never fitted again");
        }

        @Override
        public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
            if (!state.containsKey("weight")) {
                throw new IllegalArgumentException("tensor 'weight' is missing");
            }
            return new FittedFake(this, space, state);
        }
    }

    private record FittedFake(Detector detector, FeatureSpace space, Map<String, Tensor> state)
            implements FittedDetector {
        @Override
        public Scores score(FeatureSet samples) {
            double weight = Objects.requireNonNull(state.get("weight")).toDoubles()[0];
            double[] scores = new double[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                for (float value : samples.features().row(i)) {
                    scores[i] += weight * value;
                }
            }
            return Scores.of(scores);
        }

        @Override
        public List<String> notes() {
            return List.of("dropped 1 \"direction\"");
        }
    }

    private static CalibratedDetector detector(
            Map<String, Tensor> state, Optional<Calibration> calibration, Optional<Gallery> gallery) {
        var fake = new Fake(Map.of("k", "5"));
        return new CalibratedDetector(
                new FittedFake(fake, SPACE, state), calibration, gallery, new Provenance(Map.of("stray", "test")));
    }

    private static Gallery gallery() {
        return new Gallery(FeatureMatrix.copyOf(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), List.of("a", "b", "c"));
    }

    private static Map<String, Tensor> weight() {
        return Map.of("weight", Tensor.ofDoubles(new double[] {0.1}));
    }

    private CalibratedDetector copy(CalibratedDetector detector) throws IOException {
        Path file = folder.resolve("d.stray");
        DetectorFile.write(file, detector);
        return DetectorFile.open(file).restore((id, options) -> new Fake(options));
    }

    @Test
    void read_writtenDetector_scoresAndJudgesTheSame() throws IOException {
        double[] scores = new double[40];
        for (int i = 0; i < 40; i++) {
            scores[i] = Math.sin(i) / 3;
        }
        scores[7] = Double.NEGATIVE_INFINITY;
        scores[8] = Double.POSITIVE_INFINITY;
        CalibratedDetector original =
                detector(weight(), Optional.of(Calibration.of(Scores.of(scores), 0.9)), Optional.of(gallery()));
        CalibratedDetector copy = copy(original);
        FeatureSet samples = new FeatureSet(gallery().rows(), List.of("x", "y", "z"), Optional.empty(), SPACE, "set");
        assertThat(copy.fitted().score(samples)).isEqualTo(original.fitted().score(samples));
        assertThat(copy.fitted().detector()).isEqualTo(original.fitted().detector());
        assertThat(copy.fitted().space()).isEqualTo(SPACE);
        assertThat(copy.fitted().state()).containsOnlyKeys("weight");
        assertThat(copy.calibration()).isEqualTo(original.calibration());
        assertThat(copy.provenance()).isEqualTo(original.provenance());
        assertThat(copy.gallery().orElseThrow().ids()).containsExactly("a", "b", "c");
        assertThat(copy.gallery().orElseThrow().rows().row(2)).containsExactly(5, 6);
    }

    @Test
    void open_metadata_areThoseOfTheContract() throws IOException {
        Path file = folder.resolve("d.stray");
        DetectorFile.write(
                file, detector(weight(), Optional.of(Calibration.of(Scores.of(1, 2), 0.95)), Optional.empty()));
        assertThat(Safetensors.open(file).metadata().get("stray.detector"))
                .isEqualTo("{\"id\":\"fake\",\"options\":{\"k\":\"5\"},\"threshold\":\"-Infinity\",\"tpr\":0.95,"
                        + "\"calibration_size\":2,\"extractor\":\"net\",\"weights_sha256\":\"ab12\",\"space\":"
                        + "{\"extractor\":\"net\",\"layer\":\"features\",\"dimension\":2,\"weights_sha256\":\"ab12\"},"
                        + "\"state\":[\"weight\"],\"notes\":[\"dropped 1 \\\"direction\\\"\"],"
                        + "\"provenance\":{\"stray\":\"test\"}}");
        DetectorFile opened = DetectorFile.open(file);
        assertThat(opened.threshold()).hasValue(Double.NEGATIVE_INFINITY);
        assertThat(opened.promise()).hasValue(Promise.onAverage(0.95));
        assertThat(opened.notes()).containsExactly("dropped 1 \"direction\"");
        assertThat(opened.space().weightsSha256()).hasValue("ab12");
        assertThat(opened.restore((id, options) -> new Fake(options))
                        .calibration()
                        .orElseThrow()
                        .threshold())
                .isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void read_promiseWithConfidence_isTheSame() throws IOException {
        Calibration calibration = Calibration.of(Scores.of(new double[60]), Promise.withConfidence(0.95, 0.95));
        CalibratedDetector copy = copy(detector(weight(), Optional.of(calibration), Optional.empty()));
        assertThat(copy.calibration()).hasValue(calibration);
        Path file = folder.resolve("d.stray");
        String written =
                Objects.requireNonNull(Safetensors.open(file).metadata().get("stray.detector"));
        assertThat(written).contains("\"tpr\":0.95,\"confidence\":0.95,");
        String damaged = written.replace("nce\":0.95", "nce\":1.95");
        SafetensorsWriter.write(file, weight(), Map.of("stray.detector", damaged));
        assertThatThrownBy(() -> DetectorFile.open(file))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("its threshold makes no sense: the confidence must lie");
    }

    @Test
    void write_withoutCalibrationAndGallery_hasNone() throws IOException {
        CalibratedDetector copy = copy(detector(weight(), Optional.empty(), Optional.empty()));
        assertThat(copy.calibration()).isEmpty();
        assertThat(copy.gallery()).isEmpty();
    }

    @Test
    void write_methodWithItsOwnGallery_storesItOnce() throws IOException {
        var state = Map.of(
                "weight",
                Tensor.ofDoubles(new double[] {1}),
                "gallery",
                Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
        CalibratedDetector copy = copy(detector(state, Optional.empty(), Optional.of(gallery())));
        assertThat(copy.fitted().state()).containsOnlyKeys("weight", "gallery");
        assertThat(Safetensors.open(folder.resolve("d.stray")).names())
                .containsExactlyInAnyOrder("weight", "gallery", "gallery_ids");
        FeatureMatrix rows = copy.gallery().orElseThrow().rows();
        assertThat(rows.row(0)).containsExactly(1, 2);
        assertThat(rows.toTensor()
                        .sharesMemoryWith(
                                Objects.requireNonNull(copy.fitted().state().get("gallery"))))
                .isTrue();
        var other = Map.of("gallery", Tensor.ofFloats(new float[6], 3, 2));
        assertThatThrownBy(() -> copy(detector(other, Optional.empty(), Optional.of(gallery()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differs from the gallery");
    }

    @Test
    void write_selectedHalfPrecisionGallery_isExact() throws IOException {
        byte[] halves = {0, 0x3C, 0, 0x40, 0, 0x42, 0, 0x44};
        FeatureMatrix rows = FeatureMatrix.of(
                        Tensor.of(ElementType.F16, new long[] {2, 2}, MemorySegment.ofArray(halves)))
                .select(new int[] {1, 0, 1});
        CalibratedDetector copy =
                copy(detector(weight(), Optional.empty(), Optional.of(new Gallery(rows, List.of("a", "b", "c")))));
        FeatureMatrix read = copy.gallery().orElseThrow().rows();
        assertThat(read.storage()).isEqualTo(ElementType.F16);
        assertThat(read.row(1)).containsExactly(1, 2);
        assertThat(read.row(2)).containsExactly(3, 4);
    }

    @Test
    void write_galleryOfSelectedRows_isStoredInTheirOrder() throws IOException {
        FeatureSet all = FeatureSet.of(FeatureMatrix.copyOf(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), "three");
        CalibratedDetector fitted =
                CalibratedDetector.fitUncalibrated(new Knn(1), Training.of(all.select(new int[] {2, 0})));
        Path target = folder.resolve("knn.stray");
        DetectorFile.write(target, fitted);
        Gallery gallery = DetectorFile.read(target).gallery().orElseThrow();
        assertThat(gallery.ids()).containsExactly("2", "0");
        assertThat(gallery.rows().row(0)).containsExactly(5, 6);
        assertThat(gallery.rows().row(1)).containsExactly(1, 2);
    }

    @Test
    void restore_unknownMethodOrMissingTensor_saysWhich() throws IOException {
        Path file = folder.resolve("d.stray");
        DetectorFile.write(file, detector(Map.of(), Optional.empty(), Optional.empty()));
        assertThatThrownBy(() -> DetectorFile.read(file))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("the detector 'fake' with options {k=5}, which this release does not know");
        assertThatThrownBy(() -> DetectorFile.open(file).restore((id, options) -> new Fake(options)))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("tensor 'weight' is missing");
        SafetensorsWriter.write(file, weight(), Map.of());
        assertThatThrownBy(() -> DetectorFile.open(file))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessageContaining("holds no detector");
        assertThatThrownBy(() ->
                        copy(detector(Map.of("calibration", TextTensor.of("")), Optional.empty(), Optional.empty())))
                .hasMessageContaining("reserved name 'calibration'");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void read_infiniteThreshold_isTheSame(double score) throws IOException {
        Calibration calibration = Calibration.of(Scores.of(score, score), 0.5);
        CalibratedDetector copy = copy(detector(weight(), Optional.of(calibration), Optional.empty()));
        assertThat(copy.calibration().orElseThrow().threshold()).isEqualTo(score);
    }

    @Test
    void write_galleryOfManyBlocks_isStoredWhole() throws IOException {
        int d = 70_000;
        float[] values = new float[10 * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        int[] order = {9, 1, 8, 2, 7, 3, 6, 4, 5, 0};
        FeatureMatrix rows = FeatureMatrix.copyOf(values, 10, d).select(order);
        List<String> ids = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        FeatureMatrix read = copy(detector(weight(), Optional.empty(), Optional.of(new Gallery(rows, ids))))
                .gallery()
                .orElseThrow()
                .rows();
        for (int i = 0; i < order.length; i++) {
            assertThat(read.row(i)).isEqualTo(rows.row(i));
        }
    }

    @Test
    void open_pickleOrDamagedDescription_isNamed() throws IOException {
        assertThatThrownBy(() -> DetectorFile.open(folder.resolve("d.pt"))).hasMessageContaining("PyTorch pickle");
        Path file = folder.resolve("d.stray");
        SafetensorsWriter.write(file, weight(), Map.of("stray.detector", "{"));
        assertThatThrownBy(() -> DetectorFile.open(file))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("stray.detector is no JSON");
    }
}
