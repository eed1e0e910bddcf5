// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import io.github.stray.store.SafetensorsWriter;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyCommandTest {
    @TempDir
    Path folder;

    private Path test;

    @BeforeEach
    void writeFeatures() throws IOException {
        float[] rows = {1, 0, 0, 1, 1, 0.1f, 0.9f, 1};
        test = set("test.safetensors", rows, new long[] {0, 1, 0, 0}, "net-a", "[\"east\",\"north\"]");
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private Path set(String name, float[] rows, long[] labels, String extractor, String classes) throws IOException {
        SafetensorsWriter.write(
                at(name),
                Map.of(
                        "features",
                        Tensor.ofFloats(rows, labels.length, 2),
                        "labels",
                        Tensor.ofLongs(labels, labels.length)),
                Map.of("stray.space", "{\"extractor\":\"" + extractor + "\"}", "stray.classes", classes));
        return at(name);
    }

    private Path weights(String name, String tensor, String extractor, String classes) throws IOException {
        Tensor rows = Tensor.ofFloats(new float[] {1, 0, 0, 1}, 2, 2);
        Map<String, Tensor> tensors = tensor.equals("weight")
                ? Map.of("weight", rows, "bias", Tensor.ofFloats(new float[] {0.2f, 0}, 2))
                : Map.of(tensor, rows);
        SafetensorsWriter.write(
                at(name),
                tensors,
                Map.of("stray.space", "{\"extractor\":\"" + extractor + "\"}", "stray.classes", classes));
        return at(name);
    }

    @Test
    void accuracy_head_countsTheLargestLogits() throws IOException {
        Path head = weights("h.safetensors", "weight", "net-a", "[\"east\",\"north\"]");
        JsonObject document =
                Cli.done("accuracy", "-f", test, "--head", head, "--json").json();
        assertThat(document.keySet()).containsExactly("method", "by", "n", "accuracy", "loss");
        assertThat(document.getString("method")).isEqualTo("head");
        assertThat(document.getInt("n")).isEqualTo(4);
        assertThat(document.getDouble("accuracy")).isEqualTo(1);
        assertThat(Cli.done("accuracy", "-f", test, "--head", head).out())
                .isEqualTo("head: accuracy 1.0000 on 4 samples of %s%n".formatted(test));
    }

    @Test
    void accuracy_zeroShot_countsTheLargestCosines() throws IOException {
        Path text = weights("t.safetensors", "embeddings", "net-a", "[\"east\",\"north\"]");
        JsonObject document = Cli.done("accuracy", "-f", test, "--class-embeddings", text, "--json")
                .json();
        assertThat(document.getString("method")).isEqualTo("zero-shot");
        assertThat(document.getDouble("accuracy")).isEqualTo(0.75);
    }

    @Test
    void accuracy_neighbours_vote() throws IOException {
        Path train = set(
                "train.safetensors",
                new float[] {1, 0, 0, 1, 0.1f, 1},
                new long[] {0, 1, 1},
                "net-a",
                "[\"east\",\"north\"]");
        JsonObject one = Cli.done("accuracy", "-f", test, "--neighbours", train, "--k", 1, "--json")
                .json();
        assertThat(one.getString("method")).isEqualTo("knn");
        assertThat(one.getInt("k")).isEqualTo(1);
        assertThat(one.getDouble("accuracy")).isEqualTo(0.75);
        assertThat(Cli.refused("accuracy", "-f", test, "--neighbours", train))
                .contains("k = 20 needs at least 20 training rows");
    }

    @Test
    void accuracy_npy_takesLabelsBeside() throws IOException {
        Clusters train = Clusters.around(160, 6, 1);
        Clusters held = Clusters.around(80, 6, 2);
        assertThat(Cli.done(
                                "accuracy",
                                "-f",
                                held.npy(at("b.npy")),
                                "--labels",
                                held.labelsNpy(at("bl.npy")),
                                "--neighbours",
                                train.npy(at("a.npy")),
                                "--neighbour-labels",
                                train.labelsNpy(at("al.npy")),
                                "--json")
                        .json()
                        .getDouble("accuracy"))
                .isGreaterThan(0.8);
        assertThat(Cli.refused("accuracy", "-f", at("b.npy"), "--neighbours", at("a.npy")))
                .contains("accuracy needs labels, and b has none", "--labels FILE.npy");
        assertThat(Cli.refused("accuracy", "-f", at("b.npy"), "--labels", at("bl.npy"), "--neighbours", at("a.npy")))
                .contains("a has none", "--neighbour-labels FILE.npy");
    }

    @Test
    void accuracy_whatDoesNotFit_isRefused() throws IOException {
        Path head = weights("h.safetensors", "weight", "net-b", "[\"east\",\"north\"]");
        assertThat(Cli.refused("accuracy", "-f", test, "--head", head)).contains("net-b", "--assume-same-space");
        Cli.done("accuracy", "-f", test, "--head", head, "--assume-same-space");
        Path text = weights("t.safetensors", "embeddings", "net-a", "[\"north\",\"south\"]");
        assertThat(Cli.refused("accuracy", "-f", test, "--class-embeddings", text))
                .contains("class 0 is 'east' among the samples' labels and 'north'");
        Path textB = weights("u.safetensors", "embeddings", "net-b", "[\"east\",\"north\"]");
        assertThat(Cli.refused("accuracy", "-f", test, "--class-embeddings", textB))
                .contains("net-b");
        assertThat(Cli.done("accuracy", "-f", test, "--class-embeddings", textB, "--assume-same-space")
                        .out())
                .contains("0.7500");
    }

    /** Rows, weights and labels of the other order say the same. */
    @Test
    void accuracy_classesInAnotherOrder_areJoinedByName() throws IOException {
        Path turned = set(
                "turned.safetensors",
                new float[] {1, 0, 0, 1, 1, 0.1f, 0.9f, 1},
                new long[] {1, 0, 1, 1},
                "net-a",
                "[\"north\",\"east\"]");
        Path head = weights("h.safetensors", "weight", "net-a", "[\"east\",\"north\"]");
        assertThat(Cli.done("accuracy", "-f", turned, "--head", head).out()).contains("accuracy 1.0000");
        Path text = weights("t.safetensors", "embeddings", "net-a", "[\"east\",\"north\"]");
        assertThat(Cli.done("accuracy", "-f", turned, "--class-embeddings", text)
                        .out())
                .contains("accuracy 0.7500");
        Cli assumed = Cli.run("accuracy", "-f", turned, "--head", head, "--classes-by-number");
        assertThat(assumed.out()).contains("accuracy 0.0000");
        assertThat(assumed.err())
                .contains("the head knows its classes by number only; they are taken for the samples' in their order");
    }

    @Test
    void accuracy_headOfOtherClasses_isRefusedSayingWhatWouldHelp() throws IOException {
        Path head = weights("h.safetensors", "weight", "net-a", "[\"up\",\"down\"]");
        assertThat(Cli.refused("accuracy", "-f", test, "--head", head))
                .contains("is of class 'east', which is none of the 2 classes of the head ('up', 'down')")
                .contains("--classes-by-number");
        assertThat(Cli.run("accuracy", "-f", test, "--head", head, "--classes-by-number")
                        .out())
                .contains("accuracy 1.0000");
        assertThat(Cli.refused("accuracy", "-f", test, "--neighbours", test, "--classes-by-number"))
                .contains("it goes with --head");
    }

    @Test
    void accuracy_noneOrTwoOfTheThree_isRefused() throws IOException {
        Path head = weights("h.safetensors", "weight", "net-a", "[\"east\",\"north\"]");
        assertThat(Cli.refused("accuracy", "-f", test)).contains("give one of --head HEAD, --class-embeddings T and");
        assertThat(Cli.refused("accuracy", "-f", test, "--head", head, "--neighbours", test))
                .contains("give one of");
        assertThat(Cli.refused("accuracy", "-f", test, "--head", head, "--k", 3))
                .contains("--k", "--neighbours");
    }
}
