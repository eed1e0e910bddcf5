// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearHead;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.HeadFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class HiddenLayersTest {
    private static final Path NETWORKS = Path.of("..", "golden", "graph");

    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome home = new FreshHome(() -> folder.resolve("home"));

    private static Object[] adding(String network, String output) {
        return new ArrayList<Object>(List.of(
                        "models",
                        "add",
                        NETWORKS.resolve(network + ".onnx"),
                        "--input-size",
                        "32",
                        "--resize",
                        "shortest:32",
                        "--crop",
                        "center:32",
                        "--interpolation",
                        "bicubic",
                        "--mean",
                        ".48,.46,.41",
                        "--std",
                        ".27,.26,.28",
                        "--output",
                        output))
                .toArray();
    }

    @Test
    void clip_projectedOnly_givesFeaturesEmbeddingsAndPatchesInOnePass() throws IOException {
        Path signs = Images.signs(folder.resolve("signs"), 2);
        for (String network : List.of("clip-projected", "clip-external")) {
            Cli.done(adding(
                    network, "features=before(image_embeds),embeddings=image_embeds:l2,patches=patches(image_embeds)"));
            Path file = folder.resolve(network + ".safetensors");
            Cli.done(
                    "extract",
                    "-m",
                    network,
                    "-i",
                    signs,
                    "-o",
                    file,
                    "--layer",
                    "features,embeddings,patches",
                    "--quiet");
            FeatureFile read = FeatureFile.read(file);
            assertThat(read.layer(Layer.FEATURES).features().dimension()).isEqualTo(24);
            assertThat(read.layer(Layer.EMBEDDINGS).features().dimension()).isEqualTo(16);
            assertThat(read.tensor(Layer.PATCHES).shape())
                    .containsExactly(read.layer(Layer.FEATURES).size(), 16, 16);
            assertThat(Cli.done("models", "check", network).out()).contains("passed", "patches");
        }
        assertThat(Cli.done("models", "show", "clip-external").out())
                .contains("clip-external.bin", "before(image_embeds)");
    }

    @Test
    void add_layersThatTheGraphDoesNotHave_areRefused() {
        assertThat(Cli.refused(adding("dino", "before(last_hidden_state)")))
                .contains("dino.onnx", "a linear layer was looked for", "what was found through Add");
        assertThat(Cli.refused(adding("clip-resnet", "patches=patches(image_embeds)")))
                .contains("Gather of token 0", "was found");
        assertThat(Cli.refused(adding("clip-resnet", "image_embedding"))).contains("has no output 'image_embedding'");
    }

    @Test
    void head_ofAClassifier_servesDetectors() throws IOException {
        Cli.done(adding("classifier-gemm", "features=before(logits),logits"));
        Path head = folder.resolve("head.safetensors");
        assertThat(Cli.done("models", "head", "classifier-gemm", "-o", head).out())
                .contains("head of 10 classes x 24 dimensions of classifier-gemm", "of their norm");
        LinearHead read = HeadFile.read(head);
        assertThat(read.classes()).isEqualTo(10);
        assertThat(read.space().extractor()).hasValue("classifier-gemm");
        JsonObject document = Cli.done("models", "head", "classifier-gemm", "-o", head, "--json")
                .json();
        assertThat(document.getDouble("difference")).isLessThan(1e-6);
        assertThat(document.getBoolean("dequantised")).isFalse();
        Path signs = Images.signs(folder.resolve("signs"), 4);
        Path detector = folder.resolve("d.stray");
        Cli.done(
                "fit", "-d", "energy", "-m", "classifier-gemm", "-i", signs, "--head", head, "-o", detector, "--quiet");
        assertThat(Cli.done("score", "-D", detector, "-i", signs, "--quiet").out())
                .startsWith("id,score");
    }

    @Test
    void head_whatCannotBeTaken_isRefused() throws IOException {
        Path head = folder.resolve("head.safetensors");
        assertThat(Cli.refused("models", "head", "stray-mini", "-o", head))
                .contains("no layer 'logits'", "(--output 'features=before(T),logits=T')");
        assertThat(Cli.refused("models", "head", "nothing", "-o", head)).contains("no extractor 'nothing'");
        assertThat(Cli.refused("models", "head", "stray-mini", "-o", folder.resolve("head.npy")))
                .contains(".safetensors");
        Files.writeString(head, "mine");
        assertThat(Cli.refused("models", "head", "stray-mini", "-o", head)).contains("head.safetensors");
        assertThat(Files.readString(head)).isEqualTo("mine");
    }
}
