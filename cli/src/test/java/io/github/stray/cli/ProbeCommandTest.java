// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.probe.LinearHead;
import io.github.stray.store.HeadFile;
import io.github.stray.store.NpyWriter;
import io.github.stray.store.SafetensorsWriter;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeCommandTest {
    private static final int DIMENSION = 6;
    private static final Clusters TRAIN = Clusters.around(160, DIMENSION, 1);
    private static final Clusters TEST = Clusters.around(90, DIMENSION, 2);

    @TempDir
    Path folder;

    private Path train;
    private Path test;
    private Path head;

    @BeforeEach
    void writeFeatures() throws IOException {
        train = TRAIN.safetensors(at("train.safetensors"), "net-a");
        test = TEST.safetensors(at("test.safetensors"), "net-a");
        head = at("head.safetensors");
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private Cli probe(Object... more) {
        var arguments = new ArrayList<Object>(List.of("probe", "-o", head));
        arguments.addAll(Arrays.asList(more));
        if (!arguments.contains("-f")) {
            arguments.addAll(List.of("-f", train));
        }
        return Cli.run(arguments.toArray());
    }

    private JsonObject document(Object... more) {
        var arguments = new ArrayList<>(Arrays.asList(more));
        arguments.add("--json");
        Cli result = probe(arguments.toArray());
        assertThat(result.code()).as(result.err()).isZero();
        return result.json();
    }

    private String refused(Object... more) {
        Cli result = probe(more);
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).isEmpty();
        assertThat(head).doesNotExist();
        return result.err();
    }

    /** The mean of each cluster as the embedding of its class. */
    private Path text(String name, String extractor, boolean reversed) throws IOException {
        float[] means = new float[4 * DIMENSION];
        for (int i = 0; i < TRAIN.count(); i++) {
            for (int j = 0; j < DIMENSION; j++) {
                int c = reversed ? 3 - i % 4 : i % 4;
                means[c * DIMENSION + j] += (float) (TRAIN.row(i)[j] / 40);
            }
        }
        SafetensorsWriter.write(
                at(name),
                Map.of("embeddings", Tensor.ofFloats(means, 4, DIMENSION)),
                Map.of(
                        "stray.classes",
                        "[\"ash\",\"birch\",\"cedar\",\"date\"]",
                        "stray.space",
                        "{\"extractor\":\"" + extractor + "\"}"));
        return at(name);
    }

    @Test
    void probe_labelledFeatures_writesAHeadThatHasNotSeenTheHeldOutRows() throws IOException {
        JsonObject document = document("--epochs", 60, "--batch", 16);
        assertThat(document.keySet())
                .containsExactly(
                        "head", "solver", "classes", "dimension", "space", "steps", "training", "held_out", "notes");
        assertThat(document.getString("solver")).isEqualTo("adam");
        assertThat(document.getInt("steps")).isEqualTo(60 * 8);
        assertThat(document.getObject("training").getInt("n")).isEqualTo(128);
        assertThat(document.getObject("held_out").getInt("n")).isEqualTo(32);
        assertThat(document.getObject("training").getDouble("accuracy")).isGreaterThan(0.8);
        assertThat(document.getObject("held_out").getDouble("accuracy")).isGreaterThan(0.7);
        LinearHead written = HeadFile.read(head);
        assertThat(written.classNames()).containsExactly("ash", "birch", "cedar", "date");
        assertThat(written.standardisation()).isPresent();
        assertThat(written.space().extractor()).hasValue("net-a");
        assertThat(written.seen().ids()).hasSize(128).allMatch(id -> id.startsWith("sample-"));
        assertThat(Cli.done(
                                "fit",
                                "-d",
                                "energy",
                                "-f",
                                train,
                                "--head",
                                head,
                                "--calibration",
                                "split",
                                "-o",
                                at("d.stray"))
                        .out())
                .contains("from 32 calibration samples");
        assertThat(Cli.refused(
                        "fit",
                        "-d",
                        "energy",
                        "-f",
                        train,
                        "--head",
                        head,
                        "--calibration",
                        train,
                        "-o",
                        at("e.stray")))
                .contains("128");
        assertThat(Cli.done("accuracy", "-f", test, "--head", head, "--json")
                        .json()
                        .getDouble("accuracy"))
                .isGreaterThan(0.7);
    }

    @Test
    void probe_textAndProvenance_sayWhatWasDone() throws IOException {
        Cli result = probe("--solver", "lbfgs", "--shots", 20);
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith(head
                                        + ": head of 4 classes x 6 dimensions, trained on 80 rows of net-a/features")
                                .matches(".* by lbfgs in \\d+ iterations"),
                        line -> assertThat(line).matches("training accuracy [01]\\.\\d{4}, loss [0-9.e-]+, on 80 rows"),
                        line -> assertThat(line)
                                .matches("held-out accuracy [01]\\.\\d{4}, loss [0-9.e-]+, on 32 rows"));
        assertThat(Files.readString(head, StandardCharsets.ISO_8859_1))
                .contains("stray probe -o", "--solver lbfgs --shots 20", "solver=LBFGS");
        assertThat(HeadFile.read(head).seen().ids()).hasSize(80);
    }

    @Test
    void probe_lbfgs_reachesTheGradientAskedFor() {
        JsonObject document = document("--solver", "lbfgs");
        assertThat(document.getDouble("gradient_norm_end"))
                .isLessThanOrEqualTo(1e-6 * document.getDouble("gradient_norm_start"));
    }

    @Test
    void probe_sameSeed_sameHead() throws IOException {
        document("--epochs", 3);
        float[] first = HeadFile.read(head).weight().toTensor().toFloats();
        document("--epochs", 3);
        assertThat(HeadFile.read(head).weight().toTensor().toFloats()).isEqualTo(first);
        document("--epochs", 3, "--seed", 7);
        assertThat(HeadFile.read(head).weight().toTensor().toFloats()).isNotEqualTo(first);
    }

    @Test
    void probe_heldOutNoneOrFile_trainsOnAllRows() throws IOException {
        JsonObject none = document("--held-out", "none", "--solver", "lbfgs");
        assertThat(none.getObject("training").getInt("n")).isEqualTo(160);
        assertThat(none.has("held_out")).isFalse();
        JsonObject file = document("--held-out", test, "--solver", "lbfgs");
        assertThat(file.getObject("training").getInt("n")).isEqualTo(160);
        assertThat(file.getObject("held_out").getInt("n")).isEqualTo(90);
        assertThat(file.getObject("held_out").getDouble("accuracy"))
                .isEqualTo(Cli.done("accuracy", "-f", test, "--head", head, "--json")
                        .json()
                        .getDouble("accuracy"));
        JsonObject share = document("--held-out", "split:0.5", "--solver", "lbfgs");
        assertThat(share.getObject("training").getInt("n")).isEqualTo(80);
    }

    @Test
    void probe_npyWithLabels_works() throws IOException {
        Path rows = TRAIN.npy(at("train.npy"));
        Path labels = TRAIN.labelsNpy(at("labels.npy"));
        JsonObject document = document("-f", rows, "--labels", labels, "--solver", "lbfgs");
        assertThat(document.getInt("classes")).isEqualTo(4);
        assertThat(HeadFile.read(head).classNames()).isEmpty();
        assertThat(Cli.done(
                                "fit",
                                "-d",
                                "msp",
                                "-f",
                                rows,
                                "--labels",
                                labels,
                                "--head",
                                head,
                                "--calibration",
                                "split",
                                "-o",
                                at("d.stray"))
                        .out())
                .contains("from 32 calibration samples");
    }

    @Test
    void probe_pseudoLabels_areCountedComparedAndLearnt() throws IOException {
        Path text = text("text.safetensors", "net-a", false);
        JsonObject document = document("--pseudo-labels", text, "--solver", "lbfgs");
        JsonObject pseudo = document.getObject("pseudo_labels");
        JsonArray histogram = pseudo.getArray("histogram");
        assertThat(histogram).hasSize(4);
        assertThat(histogram.getObject(1).getString("class")).isEqualTo("birch");
        int sum = 0;
        for (int c = 0; c < 4; c++) {
            sum += histogram.getObject(c).getInt("n");
        }
        assertThat(sum).isEqualTo(128).isEqualTo(pseudo.getInt("n"));
        assertThat(pseudo.getInt("unused_classes")).isZero();
        assertThat(pseudo.getDouble("accuracy")).isEqualTo(126 / 128.0);
        assertThat(document.getObject("held_out").getDouble("accuracy_on_labels"))
                .isBetween(0.7, 1.0);
        Cli words = probe("--pseudo-labels", text, "--solver", "lbfgs");
        assertThat(words.out())
                .contains("pseudo-labels: 4 of 4 classes got rows; accuracy 0.", "  largest: ")
                .contains("held-out accuracy")
                .contains("against the pseudo-labels")
                .contains("against the samples' own labels");
    }

    @Test
    void probe_pseudoLabels_readNoLabels() throws IOException {
        Path text = text("text.safetensors", "net-a", false);
        Path wrong = at("wrong.npy");
        long[] zeros = new long[160];
        zeros[0] = 3;
        try (NpyWriter writer = NpyWriter.create(wrong, ElementType.I64)) {
            writer.longs(zeros);
            writer.commit();
        }
        Object[] recipe = {"--pseudo-labels", text, "--solver", "lbfgs", "--held-out", "none"};
        document(recipe);
        float[] weights = HeadFile.read(head).weight().toTensor().toFloats();
        var mislabelled = new ArrayList<>(Arrays.asList(recipe));
        mislabelled.addAll(List.of("--labels", wrong));
        JsonObject document = document(mislabelled.toArray());
        assertThat(HeadFile.read(head).weight().toTensor().toFloats()).isEqualTo(weights);
        assertThat(document.getObject("pseudo_labels").getDouble("accuracy")).isCloseTo(0.25, within(0.05));
        Path unlabelled = TRAIN.npy(at("train.npy"));
        JsonObject without = document("-f", unlabelled, "--pseudo-labels", text, "--solver", "lbfgs");
        assertThat(without.getObject("pseudo_labels").has("accuracy")).isFalse();
    }

    @Test
    void probe_pseudoLabels_comeFromEmbeddingsAndTrainOnFeatures() throws IOException {
        float[] features = new float[160 * 2];
        float[] embeddings = new float[160 * DIMENSION];
        for (int i = 0; i < 160; i++) {
            features[2 * i] = i % 4;
            for (int j = 0; j < DIMENSION; j++) {
                embeddings[i * DIMENSION + j] = (float) TRAIN.row(i)[j];
            }
        }
        SafetensorsWriter.write(
                at("two.safetensors"),
                Map.of(
                        "features",
                        Tensor.ofFloats(features, 160, 2),
                        "embeddings",
                        Tensor.ofFloats(embeddings, 160, DIMENSION)),
                Map.of());
        Path text = text("text.safetensors", "net-a", false);
        JsonObject document = document("-f", at("two.safetensors"), "--pseudo-labels", text, "--solver", "lbfgs");
        assertThat(document.getInt("dimension")).isEqualTo(2);
        assertThat(document.getObject("training").getDouble("accuracy")).isGreaterThan(0.7);
    }

    @Test
    void probe_classEmbeddingsThatDoNotFit_areRefusedOrNoted() throws IOException {
        Path other = text("other.safetensors", "net-b", false);
        assertThat(refused("--pseudo-labels", other)).contains("net-a", "net-b");
        assertThat(document("--pseudo-labels", other, "--solver", "lbfgs", "--assume-same-space")
                        .getObject("pseudo_labels")
                        .getDouble("accuracy"))
                .isGreaterThan(0.8);
        Files.delete(head);
        assertThat(refused("--pseudo-labels", train)).contains("holds no class embeddings");
    }

    @Test
    void probe_withoutLabels_namesTheOptions() throws IOException {
        Path rows = TRAIN.npy(at("train.npy"));
        assertThat(refused("-f", rows))
                .contains("a probe needs labels, and train has none")
                .contains("--labels FILE.npy, a features file with labels, or --pseudo-labels T");
        assertThat(refused("--held-out", rows)).contains("a probe needs labels", "--held-out");
    }

    @Test
    void probe_heldOutThatDoesNotFit_isRefusedBeforeTraining() throws IOException {
        Path other = TEST.safetensors(at("other.safetensors"), "net-b");
        assertThat(refused("--held-out", other)).contains("net-a", "net-b", "--assume-same-space");
        assertThat(refused("--held-out", at("missing.safetensors")))
                .contains("neither split[:SHARE], none, nor a file");
        assertThat(refused("--held-out", "split:x")).contains("split:x is no share");
        assertThat(refused("--held-out", "split:1")).contains("strictly between 0 and 1");
    }

    @Test
    void probe_optionsThatCannotBe_areRefused() throws IOException {
        assertThat(refused("--epochs", 0)).contains("epochs", "at least 1, was 0");
        assertThat(refused("--shots", 0)).contains("shots", "at least 1, was 0");
        assertThat(refused("--batch", -1)).contains("batch");
        assertThat(refused("--learning-rate", "NaN")).contains("learning rate");
        assertThat(refused("--weight-decay", -1)).contains("weight decay");
        for (String option : List.of("--epochs", "--batch", "--learning-rate", "--seed")) {
            assertThat(refused("--solver", "lbfgs", option, 3)).contains(option + " 3", "steers --solver adam");
        }
        assertThat(Cli.refused("probe", "-f", train, "-o", at("head.npy"))).contains(".safetensors");
        assertThat(Cli.refused("probe", "-f", train, "-o", train)).contains("would replace a file that is read");
        assertThat(Cli.refused("probe", "-f", at("none.npy"), "-o", head)).contains("no such file");
        Files.writeString(head, "mine");
        assertThat(Cli.refused("probe", "-f", train, "-o", head)).contains("--force");
        assertThat(head).hasContent("mine");
        Cli.done("probe", "-f", train, "-o", head, "--force", "--solver", "lbfgs", "--shots", 3, "--seed", 3);
    }

    @Test
    void probe_fewRows_saysWhatItCouldNot() throws IOException {
        Path few = Clusters.around(4, DIMENSION, 1).safetensors(at("few.safetensors"), "net-a");
        Cli result = probe("-f", few, "--shots", 3, "--solver", "lbfgs");
        assertThat(result.code()).isZero();
        assertThat(result.err())
                .contains("note: 4 of 4 classes have fewer than 3 rows and keep what they have")
                .contains("note: 4 rows is too few to hold any out");
        assertThat(probe("-f", few, "--shots", 3, "--solver", "lbfgs", "--quiet")
                        .err())
                .isEmpty();
    }
}
