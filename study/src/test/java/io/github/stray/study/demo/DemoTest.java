// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.demo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.detect.Detection;
import io.github.stray.detect.Energy;
import io.github.stray.detect.Knn;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.metric.OodReport;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.store.DetectorFile;
import io.github.stray.store.ScoreFile;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.demo.DemoSet;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final List<String> SETS = List.of("unseen signs", "textures", "digits", "scenes", "noise");

    private static Demo demo;

    @TempDir
    Path folder;

    @BeforeAll
    static void run() throws IOException {
        demo = Demo.run(new DemoSample(3), new MeanColours(""), new Knn(5), "the command", ExtractionListener.NONE);
    }

    /** An extractor whose features are an image's mean red, green and blue. It cannot read a set. */
    private record MeanColours(String unreadable) implements FeatureExtractor {
        @Override
        public String id() {
            return "mean-colours";
        }

        @Override
        public Map<Layer, FeatureSpace> layers() {
            return Map.of(Layer.FEATURES, FeatureSpace.unknown(3));
        }

        @Override
        public void extract(DatasetSource source, ExtractionOptions options, FeatureSink sink) throws IOException {
            try (SampleIterator samples = source.open()) {
                while (samples.hasNext()) {
                    Sample sample = samples.next();
                    if (source.name().equals(unreadable)) {
                        sink.failed(new FailedSample(sample.id(), "it is not drawn"));
                        continue;
                    }
                    byte[] rgb = ((ImageContent.Pixels) sample.content()).rgb();
                    float[] mean = new float[3];
                    for (int i = 0; i < rgb.length; i++) {
                        mean[i % 3] += (rgb[i] & 0xFF) * 3f / rgb.length;
                    }
                    sink.accept(new FeatureBatch(
                            List.of(sample.id()), List.of(sample.label()), Map.of(Layer.FEATURES, mean)));
                }
            }
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private static Scores scores(List<Detection> rows) {
        return Scores.of(rows.stream().mapToDouble(Detection::score).toArray());
    }

    @Test
    void run_sample_judgesEveryImageOfEverySet() {
        assertThat(demo.extractor()).isEqualTo("mean-colours");
        assertThat(demo.id())
                .hasSize(200)
                .allSatisfy(row -> assertThat(row.neighbours()).hasSize(3));
        assertThat(demo.ood().keySet()).containsExactlyElementsOf(SETS);
        for (DemoSet set : new DemoSample(3).outOfDistribution()) {
            assertThat(demo.ood().get(set.name())).hasSize(Math.toIntExact(set.size()));
        }
        assertThat(demo.id().getFirst().id()).isEqualTo("stop/0000.png");
    }

    @Test
    void run_detector_isOfTheTrainingSetAlone() {
        assertThat(demo.detector().calibration().orElseThrow().scores()).hasSize(96);
        assertThat(demo.detector().gallery().orElseThrow().ids()).hasSize(384);
        assertThat(demo.detector().provenance().entries())
                .containsEntry("command", "the command")
                .containsEntry("dataset_fingerprint", new DemoSample(3).train().fingerprint());
    }

    @Test
    void reportsAndTpr_followFromTheRows() {
        assertThat(demo.reports().keySet()).containsExactlyElementsOf(SETS);
        demo.ood()
                .forEach((set, rows) -> assertThat(demo.reports().get(set))
                        .isEqualTo(OodReport.of(new IdOodScores(scores(demo.id()), scores(rows)))));
        long in = demo.id().stream()
                .filter(row -> row.verdict().equals(Optional.of(Verdict.IN)))
                .count();
        assertThat(demo.realisedTpr()).isEqualTo(in / 200.0).isBetween(0.8, 1.0);
    }

    @Test
    void demo_listsAndMap_areCopies() {
        var rows = new ArrayList<>(demo.id());
        var sets = new LinkedHashMap<>(demo.ood());
        var copy = new Demo(demo.sample(), "x", demo.detector(), rows, sets);
        rows.clear();
        sets.clear();
        assertThat(copy.id()).isEqualTo(demo.id());
        assertThat(copy.ood()).isEqualTo(demo.ood());
        assertThatThrownBy(() -> copy.ood().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void write_folder_holdsDetectorScoresAndPage() throws IOException {
        demo.write(folder, "stray demo <b>");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(Demo.DETECTOR, Demo.SCORES, Demo.REPORT);
        }
        ScoreFile written = ScoreFile.readWithIds(folder.resolve(Demo.SCORES));
        assertThat(written.sets()).first().isEqualTo("id");
        assertThat(written.sets().subList(1, 6)).isEqualTo(SETS);
        assertThat(written.set("id").scores()).isEqualTo(scores(demo.id()));
        List<Detection> digits = requireNonNull(demo.ood().get("digits"));
        assertThat(written.set("digits").scores()).isEqualTo(scores(digits));
        assertThat(written.set("digits").ids().orElseThrow())
                .isEqualTo(digits.stream().map(Detection::id).toList());
        assertThat(DetectorFile.read(folder.resolve(Demo.DETECTOR)).calibration())
                .isEqualTo(demo.detector().calibration());
        assertThat(Files.readString(folder.resolve(Demo.REPORT)))
                .contains("stray demo &lt;b&gt;", "mean-colours", "src=\"data:image/png;base64,")
                .contains(SETS)
                .doesNotContain("stray demo <b>");
    }

    @Test
    void writeImages_folders_holdTheDrawnSets() throws IOException {
        demo.writeImages(folder);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "train", "test", "unseen-signs", "textures", "digits", "scenes", "noise");
        }
        assertThat(folder.resolve("test/stop/0003.png"))
                .hasBinaryContent(new DemoSample(3).test().png("stop/0003.png").orElseThrow());
        try (Stream<Path> files = Files.walk(folder.resolve("train"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(480);
        }
        assertThatThrownBy(() -> demo.writeImages(folder)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void run_whatCannotBe_isRefused() {
        assertThatThrownBy(() ->
                        Demo.run(new DemoSample(3), new MeanColours("train"), new Knn(5), "", ExtractionListener.NONE))
                .isInstanceOf(IOException.class)
                .hasMessage("the demo could not draw its own images of 'train'; see above");
        assertThatThrownBy(() ->
                        Demo.run(new DemoSample(3), new MeanColours(""), new Energy(1), "", ExtractionListener.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "the detector reads the layer 'logits'; extractor mean-colours has only features");
    }
}
