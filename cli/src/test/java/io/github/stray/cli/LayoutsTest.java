// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.store.ClassEmbeddingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copied folder, `models add`, and then everything that an extractor is for, with nothing else said. */
class LayoutsTest {
    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome home = new FreshHome(() -> folder.resolve("home"));

    private Path at(String name) {
        return folder.resolve(name);
    }

    private Path copied(String layout) throws IOException {
        return GoldenLayouts.copy(layout, at(layout));
    }

    private static double[] scores(Path detector, Path images) {
        Cli scored = Cli.run("score", "-D", detector, "-i", images, "--quiet");
        assertThat(scored.code()).as(scored.err()).isZero();
        double[] scores = ScoreRows.parse(scored.out()).scores();
        assertThat(Arrays.stream(scores).allMatch(Double::isFinite)).isTrue();
        assertThat(Arrays.stream(scores).distinct().count()).isGreaterThan(scores.length / 2);
        return scores;
    }

    private static void fitted(Object... arguments) {
        Cli fitted = Cli.run(arguments);
        assertThat(fitted.code()).as(fitted.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf-two-files", "hf-one-file", "pair"})
    void addedClip_extractsEmbedsFitsAndScores(String layout) throws IOException {
        assertThat(Cli.done("models", "add", copied(layout)).out()).contains("embeddings: 16 dimensions", "text ");
        assertThat(Cli.done("models", "check", layout).out())
                .contains("passed", "'a photo of a cat' and 'a stone tower at night' have a cosine of ");
        Path signs = Images.signs(at("signs"), 8);
        Path names = Files.writeString(at("names.txt"), "road sign\ncat\nice cream\n");
        Cli.done(
                "extract",
                "-m",
                layout,
                "-i",
                signs,
                "--layer",
                "features,embeddings,patches",
                "-o",
                at("f.safetensors"));
        Cli.done("text", "-m", layout, "--classes", names, "-o", at("t.safetensors"));
        assertThat(ClassEmbeddingsFile.read(at("t.safetensors")).dimension()).isEqualTo(16);
        fitted("fit", "-d", "mcm", "-m", layout, "--classes", names, "-o", at("mcm.stray"));
        fitted("fit", "-d", "plp", "-m", layout, "-i", signs, "--classes", names, "-o", at("plp.stray"));
        Path others = Images.textures(at("others"), 4);
        assertThat(scores(at("mcm.stray"), others)).isNotEqualTo(scores(at("plp.stray"), others));
    }

    @Test
    void addedImageTower_extractsFitsAndScores() throws IOException {
        Cli.done("models", "add", copied("hf-image"));
        Path signs = Images.signs(at("signs"), 8);
        Cli.done("extract", "-m", "hf-image", "-i", signs, "-o", at("f.safetensors"));
        fitted("fit", "-d", "knn", "-m", "hf-image", "-i", signs, "-o", at("knn.stray"));
        scores(at("knn.stray"), Images.textures(at("others"), 4));
        Path names = Files.writeString(at("names.txt"), "road sign\ncat\n");
        assertThat(Cli.refused("text", "-m", "hf-image", "--classes", names, "-o", at("t.safetensors")))
                .contains("extractor hf-image has no text encoder");
    }

    @Test
    void unknownLayout_isToldFromDamage() throws IOException {
        Path odd = Files.createDirectories(at("odd"));
        Files.writeString(odd.resolve("pytorch_model.bin"), "x");
        assertThat(Cli.refused("models", "add", odd))
                .contains(
                        "no layout that is known",
                        "onnx/model.onnx",
                        "visual/model.onnx",
                        "Found was: pytorch_model.bin");
        Path pair = copied("pair");
        Files.writeString(pair.resolve("visual/preprocess_cfg.json"), "{\"size\": [32,");
        assertThat(Cli.refused("models", "add", pair)).contains("preprocess_cfg.json is no JSON, or is damaged");
    }
}
