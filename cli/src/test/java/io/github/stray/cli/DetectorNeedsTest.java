// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.Detectors;
import io.github.stray.detect.Needs;
import io.github.stray.store.SafetensorsWriter;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every detector from the command line: with what it needs, and without. */
class DetectorNeedsTest {
    private static final int DIMENSION = 6;
    private static final int CLASSES = 4;
    private static final int PATCHES = 3;
    private static final Clusters TRAIN = Clusters.around(240, DIMENSION, 1);
    private static final Clusters TEST = Clusters.around(80, DIMENSION, 2);

    @TempDir
    Path folder;

    static List<String> ids() {
        return Detectors.ids();
    }

    @BeforeEach
    void writeFiles() throws IOException {
        write("train.safetensors", TRAIN, Map.of());
        write("test.safetensors", TEST, Map.of());
        TRAIN.npy(at("bare.npy"));
        writeSideFiles(Map.of());
    }

    private static Map<String, String> space(String extractor) {
        return Map.of("stray.space", "{\"extractor\":\"" + extractor + "\"}");
    }

    private void writeSideFiles(Map<String, String> space) throws IOException {
        Tensor means = Tensor.ofFloats(means(), CLASSES, DIMENSION);
        SafetensorsWriter.write(
                at("head.safetensors"),
                Map.of("weight", means, "bias", Tensor.ofFloats(new float[CLASSES], CLASSES)),
                space);
        SafetensorsWriter.write(
                at("classes.safetensors"),
                Map.of("embeddings", means),
                with(space, "stray.classes", "[\"a\",\"b\",\"c\",\"d\"]"));
        SafetensorsWriter.write(
                at("words.safetensors"),
                Map.of(
                        "embeddings",
                        Tensor.ofFloats(Clusters.anywhere(800, DIMENSION, 5).values(), 800, DIMENSION)),
                space);
    }

    private static Map<String, String> with(Map<String, String> metadata, String key, String value) {
        var more = new LinkedHashMap<>(metadata);
        more.put(key, value);
        return more;
    }

    private void write(String name, Clusters set, Map<String, String> metadata) throws IOException {
        int n = set.count();
        Tensor rows = Tensor.ofFloats(set.values(), n, DIMENSION);
        float[] patches = new float[n * PATCHES * DIMENSION];
        for (int i = 0; i < patches.length; i++) {
            patches[i] = set.values()[i / (PATCHES * DIMENSION) * DIMENSION + i % DIMENSION] + i % 5;
        }
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("features", rows);
        tensors.put("embeddings", rows);
        tensors.put("logits", rows);
        tensors.put("patches", Tensor.ofFloats(patches, n, PATCHES, DIMENSION));
        tensors.put("labels", Tensor.ofLongs(set.labels(), n));
        SafetensorsWriter.write(at(name), tensors, metadata);
    }

    private static float[] means() {
        float[] means = new float[CLASSES * DIMENSION];
        for (int i = 0; i < TRAIN.count(); i++) {
            for (int t = 0; t < DIMENSION; t++) {
                means[(int) TRAIN.labels()[i] * DIMENSION + t] +=
                        TRAIN.values()[i * DIMENSION + t] * CLASSES / TRAIN.count();
            }
        }
        return means;
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private List<Object> fit(String id, Path features, boolean given) {
        Needs needs = Detectors.describe(id).needs();
        var arguments = new ArrayList<Object>(List.of("fit", "-d", id, "-f", features, "-o", at("d.stray"), "--force"));
        if (given && (needs.head() == Needs.Head.REQUIRED || needs.head() == Needs.Head.OPTIONAL)) {
            arguments.addAll(List.of("--head", at("head.safetensors")));
        }
        if (given && needs.classes()) {
            arguments.addAll(List.of("--class-embeddings", at("classes.safetensors")));
        }
        if (given && needs.negatives()) {
            arguments.addAll(List.of("--negatives", at("words.safetensors")));
        }
        return arguments;
    }

    private ScoreRows scored() {
        return ScoreRows.parse(Cli.done("score", "-D", at("d.stray"), "-f", at("test.safetensors"), "--quiet")
                .out());
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyDetector_withWhatItNeeds_fitsAndScores(String id) {
        Cli fitted = Cli.run(fit(id, at("train.safetensors"), true).toArray());
        assertThat(fitted.code()).as(fitted.err()).isZero();
        assertThat(fitted.out()).contains(id, "keeps 95.00 % of ID");
        assertThat(scored().rows()).hasSize(80);
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyDetector_withFilesOfAnotherSpace_needsTheUsersWord(String id) throws IOException {
        write("train.safetensors", TRAIN, space("net-a"));
        write("test.safetensors", TEST, space("net-b"));
        writeSideFiles(space("net-b"));
        List<Object> arguments = fit(id, at("train.safetensors"), true);
        if (!arguments.equals(fit(id, at("train.safetensors"), false))) {
            assertThat(Cli.refused(arguments.toArray())).contains("net-a", "net-b", "--assume-same-space");
            arguments.add("--assume-same-space");
        }
        Cli fitted = Cli.run(arguments.toArray());
        assertThat(fitted.code()).as(fitted.err()).isZero();
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", at("test.safetensors")))
                .contains("net-a", "net-b", "--assume-same-space");
        Cli.done("score", "-D", at("d.stray"), "-f", at("test.safetensors"), "--assume-same-space", "--quiet");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyDetector_withoutWhatItNeeds_saysWhatIsMissingAndWhatMakesIt(String id) {
        Needs needs = Detectors.describe(id).needs();
        Object[] bare = fit(id, at("bare.npy"), false).toArray();
        if (needs.head() == Needs.Head.REQUIRED) {
            assertThat(Cli.refused(bare)).contains(method(id) + " needs a linear head", "--head", "stray probe");
        } else if (needs.classes()) {
            assertThat(Cli.refused(bare))
                    .contains(
                            method(id) + " needs class embeddings",
                            "--classes FILE",
                            "--class-embeddings",
                            "stray text");
        } else if (needs.labels()) {
            assertThat(Cli.refused(bare)).contains(method(id) + " needs labels", "--labels");
        } else {
            assertThat(Cli.run(bare).code()).isZero();
        }
        if (needs.negatives()) {
            var withoutWords = fit(id, at("train.safetensors"), false);
            withoutWords.addAll(List.of("--class-embeddings", at("classes.safetensors")));
            assertThat(Cli.refused(withoutWords.toArray()))
                    .contains(method(id) + " needs negative words", "--negatives");
        }
        if (needs.fitted()) {
            var withoutSamples = fit(id, at("train.safetensors"), true);
            withoutSamples.removeAll(List.of("-f", at("train.safetensors")));
            assertThat(Cli.refused(withoutSamples.toArray()))
                    .contains(method(id) + " is fitted to training samples", "-f TRAIN");
        }
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyDetector_withWhatItDoesNotUse_saysSo(String id) {
        Needs needs = Detectors.describe(id).needs();
        if (!needs.takesHead()) {
            assertUseless(id, "--head", "head.safetensors");
        }
        if (!needs.classes()) {
            assertUseless(id, "--class-embeddings", "classes.safetensors");
            assertUseless(id, "--classes", "names.txt");
        }
        if (!needs.negatives()) {
            assertUseless(id, "--negatives", "words.safetensors");
        }
    }

    /** The method behind an alias such as {@code mahalanobis++}. */
    private static String method(String id) {
        return Detectors.parse(id).id();
    }

    private void assertUseless(String id, String option, String file) {
        var arguments = fit(id, at("train.safetensors"), true);
        arguments.addAll(List.of(option, at(file)));
        assertThat(Cli.refused(arguments.toArray())).contains("%s makes no use of %s".formatted(method(id), option));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void help_everyDetector_tellsWhatItNeeds(String id) {
        String help = Cli.done("fit", "--help").out().replaceAll("\\s+", " ");
        assertThat(help)
                .contains("%s: %s. Needs %s."
                        .formatted(
                                id,
                                Detectors.describe(id).summary(),
                                Detectors.describe(id).needs().phrase()));
    }

    @Test
    void logitScore_onLogitsAndOnFeaturesWithHead_readsThatLayer() {
        Cli.done("fit", "-d", "msp", "-f", at("train.safetensors"), "-o", at("d.stray"), "--quiet");
        double[] onLogits = scored().scores();
        Cli.done(
                "fit",
                "-d",
                "msp",
                "-f",
                at("train.safetensors"),
                "--head",
                at("head.safetensors"),
                "-o",
                at("d.stray"),
                "--quiet");
        assertThat(scored().scores()).isNotEqualTo(onLogits);
    }

    @Test
    void unfittedDetector_byDefault_calibratesOnAllSamples() {
        assertThat(Cli.done("fit", "-d", "msp", "-f", at("train.safetensors"), "-o", at("d.stray"), "--json")
                        .json()
                        .getInt("n_calibration"))
                .isEqualTo(240);
        assertThat(Cli.done(
                                "fit",
                                "-d",
                                "msp",
                                "-f",
                                at("train.safetensors"),
                                "--calibration",
                                "split",
                                "-o",
                                at("d.stray"),
                                "--json")
                        .json()
                        .getInt("n_calibration"))
                .isEqualTo(48);
    }

    @Test
    void unfittedDetector_withoutSamples_scoresWithoutVerdicts() {
        var arguments =
                List.of("fit", "-d", "mcm", "--class-embeddings", at("classes.safetensors"), "-o", at("d.stray"));
        var split = new ArrayList<Object>(arguments);
        split.addAll(List.of("--calibration", "split"));
        assertThat(Cli.refused(split.toArray())).contains("nothing to calibrate on", "--calibration none");
        Cli unsaid = Cli.run(arguments.toArray());
        assertThat(unsaid.code()).isZero();
        assertThat(unsaid.err()).containsOnlyOnce("no calibration, so verdict and p-value will stay empty");
        var uncalibrated = new ArrayList<Object>(arguments);
        uncalibrated.addAll(List.of("--calibration", "none", "--quiet"));
        Cli.done(uncalibrated.toArray());
        assertThat(scored().rows()).hasSize(80);
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", at("test.safetensors"), "--neighbours", 2))
                .contains("without training rows");
        var elsewhere = new ArrayList<Object>(arguments);
        elsewhere.addAll(List.of("--calibration", at("train.safetensors"), "--json"));
        assertThat(Cli.done(elsewhere.toArray()).json().getInt("n_calibration")).isEqualTo(240);
    }
}
