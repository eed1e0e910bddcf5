// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonWriter;
import io.github.stray.accuracy.KnnAccuracy;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.Knn;
import io.github.stray.detect.Mahalanobis;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.metric.Auroc;
import io.github.stray.metric.PairedAuroc;
import io.github.stray.score.IdOodScores;
import io.github.stray.store.FeatureFile;
import io.github.stray.study.TinyFeatures;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.page.StudyPage;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.HeadSource;
import io.github.stray.study.result.Mean;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Rank;
import io.github.stray.study.result.ResultsJson;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.suite.ShippedSuites;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.Provider;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRunnerTest {
    @TempDir
    Path folder;

    private final List<String> messages = new ArrayList<>();

    @BeforeEach
    void sets() throws IOException {
        TinyFeatures.writeAll(folder);
    }

    private Path suite(String text) throws IOException {
        return Files.writeString(folder.resolve("suite.yaml"), text);
    }

    private StudyResults run(Path suite, String cells, OptionalInt limit, StudyListener listener) throws IOException {
        return StudyRunner.run(
                ShippedSuites.open(suite.toString()),
                new StudyOptions(Files.createDirectories(folder.resolve(cells)), limit, 8, 2, Provider.CPU, Map.of()),
                ModelStore.at(folder.resolve("home")),
                new FeatureCache(folder.resolve("cache"), messages::add),
                listener);
    }

    private StudyResults run(String detectors) throws IOException {
        return run(suite(TinyFeatures.suite(detectors)), "cells", OptionalInt.empty(), listener());
    }

    private StudyResults runOneClass(String detectors) throws IOException {
        return run(suite("""
                        name: one
                        sets:
                          train: {features: train.safetensors}
                          test: {features: test.safetensors}
                        pairs:
                          - {name: clusters, protocol: one-class, train: train, test: test}
                        detectors: %s
                        """.formatted(detectors)), "cells", OptionalInt.empty(), StudyListener.NONE);
    }

    private StudyListener listener() {
        return new StudyListener() {
            @Override
            public void plan(long steps) {}

            @Override
            public void advance(long steps) {}

            @Override
            public void message(String text) {
                messages.add(text);
            }
        };
    }

    private FeatureSet set(String name) throws IOException {
        return FeatureFile.read(folder.resolve(name + ".safetensors")).layer(Layer.FEATURES);
    }

    private static String withoutTimes(StudyResults results) {
        Map<String, Object> document = ResultsJson.document(results);
        document.remove("times");
        return JsonWriter.string(document);
    }

    @Test
    void run_features_givesWhatDetectorsAndMetricsGive() throws IOException {
        StudyResults results = run("[knn, mahalanobis]");
        assertThat(results.complete()).isTrue();
        assertThat(results.extractors().getFirst().name()).isEqualTo("tiny");
        for (var detector : List.of(new Knn(1), new Mahalanobis())) {
            var fitted = detector.fit(set("train"));
            for (String ood : List.of("near", "far")) {
                double expected = Auroc.of(new IdOodScores(fitted.score(set("test")), fitted.score(set(ood))));
                Cell cell = results.cell("tiny", "clusters", detector.id(), ood).orElseThrow();
                assertThat(cell.measured().orElseThrow().auroc()).isEqualTo(expected);
                assertThat(cell.measured().orElseThrow().idSize()).isEqualTo(45);
            }
        }
        assertThat(results.extractors().getFirst().accuracy().get("clusters"))
                .isEqualTo(KnnAccuracy.DEFAULT.of(set("train"), set("test")))
                .isBetween(0.8, 1.0);
        assertThat(results.means()).extracting(Mean::group).containsExactly("near", "far", "all", "near", "far", "all");
    }

    @Test
    void run_ranks_areThoseOfThePairedTest() throws IOException {
        StudyResults results = run("[knn, gaussian, mahalanobis]");
        List<Cell> near = results.cells().stream()
                .filter(cell -> cell.comparison().name().equals("near"))
                .toList();
        assertThat(near).hasSize(3);
        Cell best = near.stream()
                .max(Comparator.comparingDouble(
                        cell -> cell.measured().orElseThrow().auroc()))
                .orElseThrow();
        List<Cell> others = near.stream().filter(cell -> !cell.equals(best)).toList();
        double[] p = new double[others.size()];
        for (int i = 0; i < p.length; i++) {
            p[i] = PairedAuroc.of(scores(best.detector()), scores(others.get(i).detector()))
                    .pValue();
        }
        double smaller = Math.min(1, 2 * Math.min(p[0], p[1]));
        assertThat(best.overall().best()).isTrue();
        for (int i = 0; i < p.length; i++) {
            Rank rank = others.get(i).overall();
            assertThat(others.get(i).within()).isEqualTo(rank);
            assertThat(rank.best()).isFalse();
            assertThat(rank.p()).hasValue(p[i] <= p[1 - i] ? smaller : Math.max(smaller, p[i]));
        }
    }

    private IdOodScores scores(String detector) throws IOException {
        var fitted = Detectors.parse(detector).fit(set("train"));
        return new IdOodScores(fitted.score(set("test")), fitted.score(set("near")));
    }

    @Test
    void run_allDetectors_areNumbersOrSayWhatTheyNeed() throws IOException {
        StudyResults results = run("all");
        assertThat(results.failedCells()).isEmpty();
        assertThat(results.cell("tiny", "clusters", "mcm", "far").orElseThrow().outcome())
                .isEqualTo(
                        new Outcome.NotApplicable("language: the suite gives no class embeddings beside the features"));
        assertThat(results.cells().stream().filter(cell -> cell.measured().isPresent()))
                .hasSizeGreaterThan(40);
        assertThat(results.extractors().getFirst().head()).isEqualTo(HeadSource.PROBE);
    }

    @Test
    void run_probeBatch_isThatOfTheProbeBehindLogits() throws IOException {
        StudyResults results = run("[msp, 'linear-probe:batch=7', linear-probe]\nprobe-batch: 7");
        double[] behindLogits = idScores(results, "msp");
        assertThat(behindLogits)
                .containsExactly(idScores(results, "linear-probe:batch=7"))
                .isNotEqualTo(idScores(results, "linear-probe"));
        assertThat(idScores(run("[msp]\nprobe-batch: 8"), "msp")).isNotEqualTo(behindLogits);
    }

    private double[] idScores(StudyResults results, String detector) throws IOException {
        Cell cell = results.cell("tiny", "clusters", detector, "far").orElseThrow();
        return new UnitStore(folder.resolve("cells"))
                .scores(cell.unit(), cell.place())
                .id()
                .toArray();
    }

    @Test
    void run_missingSet_isANamedCellAndTheRestIsThere() throws IOException {
        Files.delete(folder.resolve("far.safetensors"));
        StudyResults results = run("[knn]");
        assertThat(results.complete()).isFalse();
        assertThat(results.failedCells()).singleElement().satisfies(cell -> {
            assertThat(cell.comparison().name()).isEqualTo("far");
            assertThat(((Outcome.Failed) cell.outcome()).reason()).startsWith("set far: ");
        });
        assertThat(results.cell("tiny", "clusters", "knn", "near").orElseThrow().measured())
                .isPresent();
        assertThat(messages).anyMatch(message -> message.startsWith("stray: set far: "));
    }

    @Test
    void run_setThatWasNotPulledAndExtractorThatIsNotInstalled_areCellsThatSayWhatToDo() throws IOException {
        Path suite = suite("""
                name: absent
                sets: {train: "data:svhn#train", test: "data:svhn#test", other: "data:dtd#test"}
                pairs: [{name: digits, train: train, test: test, far: [other]}]
                extractors: [stray-mini, clip-vit-b16]
                detectors: [knn]
                """);
        StudyResults results = run(suite, "cells", OptionalInt.empty(), listener());
        assertThat(results.failedCells())
                .extracting(cell -> ((Outcome.Failed) cell.outcome()).reason())
                .satisfiesExactly(
                        reason -> assertThat(reason).startsWith("set train: ").contains("stray data pull svhn"),
                        reason -> assertThat(reason).contains("not installed", "stray models add clip-vit-b16"));
        assertThat(results.cells()).extracting(Cell::extractor).containsExactly("stray-mini", "clip-vit-b16");
    }

    @Test
    void run_detectorThatCannotBeFitted_isANamedCell() throws IOException {
        StudyResults results = run("[knn:k=1000, knn]");
        assertThat(results.failedCells())
                .hasSize(2)
                .allSatisfy(cell -> assertThat(cell.detector()).isEqualTo("knn:k=1000"));
        assertThat(messages).anyMatch(message -> message.startsWith("stray: failed: tiny, clusters, knn:k=1000: "));
    }

    @Test
    void run_setTooSmallForADefault_isNotApplicable_andForAGivenDimensionFails() throws IOException {
        TinyFeatures.write(folder.resolve("train.safetensors"), 4, 0, 1);
        StudyResults results = run("[residual, \"residual:dimension=4\", \"residual:dimension=2\"]");
        assertThat(results.cell("tiny", "clusters", "residual", "far")
                        .orElseThrow()
                        .outcome())
                .isEqualTo(
                        new Outcome.NotApplicable("training rows: more than 4 for its default dimension, there are 4"));
        assertThat(results.failedCells()).extracting(Cell::detector).containsOnly("residual:dimension=4");
    }

    @Test
    void run_limit_leavesTheGalleryWhole() throws IOException {
        StudyResults results = run(suite(TinyFeatures.suite("[knn]")), "cells", OptionalInt.of(20), StudyListener.NONE);
        var measured = results.cell("tiny", "clusters", "knn", "far")
                .orElseThrow()
                .measured()
                .orElseThrow();
        assertThat(measured.idSize()).isEqualTo(20);
        assertThat(measured.oodSize()).isEqualTo(20);
        assertThat(results.sets()).extracting(set -> set.samples()).containsExactly(90L, 20L, 20L, 20L);
    }

    @Test
    void run_twice_givesTheSameDocument() throws IOException {
        String first = withoutTimes(run("all"));
        String again = withoutTimes(run("all"));
        String anew =
                withoutTimes(run(suite(TinyFeatures.suite("all")), "others", OptionalInt.empty(), StudyListener.NONE));
        assertThat(again).isEqualTo(first);
        assertThat(anew).isEqualTo(first);
    }

    /** Thrown by a listener, so it goes through the runner wherever that happens to be. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void run_interruptedAtTenMoments_endsWithTheSameDocument() throws IOException {
        String whole =
                withoutTimes(run(suite(TinyFeatures.suite("all")), "others", OptionalInt.empty(), StudyListener.NONE));
        var random = new Random(7);
        for (int i = 0; i < 10; i++) {
            int[] left = {1 + random.nextInt(6)};
            StudyListener interrupting = new StudyListener() {
                @Override
                public void plan(long steps) {}

                @Override
                public void advance(long steps) {
                    if (left[0]-- == 0) {
                        throw new Interrupted();
                    }
                }

                @Override
                public void message(String text) {}
            };
            assertThatThrownBy(() -> run(suite(TinyFeatures.suite("all")), "cells", OptionalInt.empty(), interrupting))
                    .isInstanceOf(Interrupted.class);
        }
        assertThat(withoutTimes(run("all"))).isEqualTo(whole);
    }

    @Test
    void run_finishedWork_isNotDoneAgain_andDamagedWorkIs() throws IOException {
        String first = withoutTimes(run("[knn, gaussian]"));
        List<Path> units;
        try (Stream<Path> files = Files.list(folder.resolve("cells"))) {
            units = files.sorted().toList();
        }
        assertThat(units).hasSize(3);
        var times = new ArrayList<Object>();
        for (Path unit : units) {
            times.add(Files.getLastModifiedTime(unit));
        }
        run("[knn, gaussian]");
        for (int i = 0; i < units.size(); i++) {
            assertThat(Files.getLastModifiedTime(units.get(i))).isEqualTo(times.get(i));
        }
        for (Path unit : units) {
            byte[] bytes = Files.readAllBytes(unit);
            bytes[bytes.length - 3] ^= 8;
            Files.write(unit, bytes);
        }
        assertThat(withoutTimes(run("[knn, gaussian]"))).isEqualTo(first);
        assertThat(messages)
                .filteredOn(message -> message.startsWith("note: finished work is damaged"))
                .hasSize(2);
    }

    @Test
    void run_changedFeatures_areNotMistakenForTheOldOnes() throws IOException {
        StudyResults before = run("[knn]");
        TinyFeatures.write(folder.resolve("far.safetensors"), 30, 5, 99);
        StudyResults after = run("[knn]");
        assertThat(after.cell("tiny", "clusters", "knn", "near").orElseThrow().measured())
                .isEqualTo(before.cell("tiny", "clusters", "knn", "near")
                        .orElseThrow()
                        .measured());
        assertThat(after.cells().getFirst().unit())
                .isNotEqualTo(before.cells().getFirst().unit());
    }

    @Test
    void run_oneClass_isEachClassAgainstTheOthers() throws IOException {
        StudyResults results = runOneClass("[knn, msp, mahalanobis]");
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            int one = c;
            int[] gallery = IntStream.range(0, 90).filter(i -> i % 3 == one).toArray();
            int[] id = IntStream.range(0, 45).filter(i -> i % 3 == one).toArray();
            int[] ood = IntStream.range(0, 45).filter(i -> i % 3 != one).toArray();
            var fitted = new Knn(1).fit(set("train").select(gallery));
            double expected = Auroc.of(new IdOodScores(
                    fitted.score(set("test").select(id)),
                    fitted.score(set("test").select(ood))));
            String name = List.of("red", "green", "blue").get(c);
            assertThat(results.cell("tiny", "clusters", "knn", name)
                            .orElseThrow()
                            .measured()
                            .orElseThrow()
                            .auroc())
                    .isEqualTo(expected);
            sum += expected;
        }
        assertThat(results.means())
                .singleElement()
                .satisfies(mean -> assertThat(mean.sets()).isEqualTo(3));
        assertThat(results.means().getFirst().auroc()).isCloseTo(sum / 3, within(1e-12));
        assertThat(results.cell("tiny", "clusters", "msp", "red").orElseThrow().outcome())
                .isInstanceOf(Outcome.NotApplicable.class);
        assertThat(results.cell("tiny", "clusters", "mahalanobis", "red")
                        .orElseThrow()
                        .outcome())
                .isEqualTo(new Outcome.NotApplicable("labels: one class is all there is to train on"));
    }

    @Test
    void run_oneClass_comparesCellsOfTheSameClassInPairs() throws IOException {
        StudyResults results = runOneClass("[knn, gaussian]");
        var store = new UnitStore(folder.resolve("cells"));
        for (String name : List.of("red", "green", "blue")) {
            Cell knn = results.cell("tiny", "clusters", "knn", name).orElseThrow();
            Cell gaussian = results.cell("tiny", "clusters", "gaussian", name).orElseThrow();
            double p = PairedAuroc.of(
                            store.scores(knn.unit(), knn.place()), store.scores(gaussian.unit(), gaussian.place()))
                    .pValue();
            Cell other = knn.within().best() ? gaussian : knn;
            assertThat(other.within().best()).isFalse();
            assertThat(other.within().p().orElseThrow()).isCloseTo(p, within(1e-12));
            assertThat(other.overall()).isEqualTo(other.within());
        }
    }

    @Test
    void run_oneClassWithOtherClassesInTheTestSet_fails() throws IOException {
        TinyFeatures.write(folder.resolve("test.safetensors"), 45, 0, 2, "tiny", List.of("red", "blue", "green"));
        StudyResults results = runOneClass("[knn]");
        assertThat(results.failedCells())
                .hasSize(3)
                .allSatisfy(cell -> assertThat(((Outcome.Failed) cell.outcome()).reason())
                        .contains("class 1 is 'green' in the training set and 'blue' in the test set"));
    }

    @Test
    void run_featuresOfTwoExtractorsAndAPairThatCannotBeRead_areToldApart() throws IOException {
        for (String name : List.of("train", "test", "far")) {
            TinyFeatures.write(
                    folder.resolve("other-" + name + ".safetensors"), 45, 0, 9, "other", List.of("a", "b", "c"));
        }
        StudyResults results = run(suite("""
                        name: two
                        sets:
                          absent: {features: absent.safetensors}
                          train: {features: train.safetensors}
                          test: {features: test.safetensors}
                          far: {features: far.safetensors}
                          other-train: {features: other-train.safetensors}
                          other-test: {features: other-test.safetensors}
                          other-far: {features: other-far.safetensors}
                        pairs:
                          - {name: lost, train: absent, test: test, far: [far]}
                          - {name: clusters, train: train, test: test, far: [far]}
                          - {name: others, train: other-train, test: other-test, far: [other-far]}
                        detectors: [knn]
                        """), "cells", OptionalInt.empty(), StudyListener.NONE);
        assertThat(results.cells()).extracting(Cell::extractor).containsExactly("tiny", "tiny", "other");
        assertThat(results.extractors())
                .extracting(each -> each.name() + each.accuracy().keySet())
                .containsExactly("tiny[clusters]", "other[others]");
        assertThat(StudyPage.render(results, new UnitStore(folder.resolve("cells"))))
                .contains("lost vs far", "absent.safetensors");
    }

    private void writeImages() throws IOException {
        for (String set : List.of("train", "test", "far")) {
            Path images = Files.createDirectories(folder.resolve(set));
            ImageIO.write(
                    new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB),
                    "bmp",
                    images.resolve("a.bmp").toFile());
        }
    }

    @Test
    void run_networksOfTheSuite_areGoneAfterwards() throws IOException {
        writeImages();
        Path network =
                Path.of("../golden/gradient/resnet.onnx").toAbsolutePath().normalize();
        StudyResults results = run(suite("""
                        name: images
                        sets: {train: train, test: test, far: far}
                        pairs: [{name: photos, train: train, test: test, far: [far]}]
                        extractors:
                          - {name: tiny, file: '%s', input-size: 32, resize: "exact:32x32", crop: none,
                             interpolation: bilinear, mean: "0.5,0.5,0.5", std: "0.5,0.5,0.5", output: features}
                        detectors: [knn]
                        """.formatted(network)), "cells", OptionalInt.empty(), StudyListener.NONE);
        assertThat(results.complete()).isTrue();
        try (Stream<Path> left = Files.list(folder.resolve("cells"))) {
            assertThat(left).singleElement().matches(file -> file.toString().endsWith(".safetensors"));
        }
    }

    @Test
    void run_onAProviderThatIsNotThere_endsAndFailsNoCell() throws IOException {
        writeImages();
        Path suite = suite("""
                name: images
                sets: {train: train, test: test, far: far}
                pairs: [{name: photos, train: train, test: test, far: [far]}]
                extractors: [stray-mini]
                detectors: [knn]
                """);
        var options = new StudyOptions(
                Files.createDirectories(folder.resolve("cells")), OptionalInt.empty(), 8, 2, Provider.CUDA, Map.of());
        assertThatThrownBy(() -> StudyRunner.run(
                        ShippedSuites.open(suite.toString()),
                        options,
                        ModelStore.at(folder.resolve("home")),
                        new FeatureCache(folder.resolve("cache"), messages::add),
                        StudyListener.NONE))
                .isInstanceOf(InferenceUnavailableException.class)
                .hasMessageContaining("provider cuda is not in this build");
    }

    @Test
    void run_whereWorkCannotBeWritten_endsWithAnError() throws IOException {
        Path suite = suite(TinyFeatures.suite("[knn]"));
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        assertThatThrownBy(() -> StudyRunner.run(
                        ShippedSuites.open(suite.toString()),
                        new StudyOptions(file, OptionalInt.empty(), 8, 2, Provider.CPU, Map.of()),
                        ModelStore.at(folder.resolve("home")),
                        new FeatureCache(folder.resolve("cache"), messages::add),
                        StudyListener.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write");
    }
}
