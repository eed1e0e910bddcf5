// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.store.DetectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Class names and captions from the command line, and detectors that are given names instead of embeddings. */
class TextCommandTest {
    @TempDir
    Path folder;

    private Path names = Path.of("");
    private Path output = Path.of("");

    @BeforeEach
    void writeNames() throws IOException {
        names = write("names.txt", "road sign\ncat\nice cream\n");
        output = folder.resolve("t.safetensors");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private static float[] row(ClassEmbeddings classes, int c) {
        return classes.rows().row(c);
    }

    @Test
    void classes_areWrittenWithNamesAndSpace() throws IOException {
        Cli made = Cli.done("text", "-m", "stray-mini", "--classes", names, "-o", output);
        assertThat(made.out()).isEqualTo(output + ": 3 classes (embeddings 384), 5 templates" + System.lineSeparator());
        ClassEmbeddings classes = ClassEmbeddingsFile.read(output);
        assertThat(classes.names()).containsExactly("road sign", "cat", "ice cream");
        assertThat(classes.dimension()).isEqualTo(384);
        assertThat(classes.space().extractor()).contains("stray-mini");
        Cli again = Cli.done(
                "text", "-m", "stray-mini", "--classes", names, "--templates", "paper", "-o", at("p.safetensors"));
        assertThat(again.code()).isZero();
        assertThat(row(ClassEmbeddingsFile.read(at("p.safetensors")), 1)).isEqualTo(row(classes, 1));
    }

    @Test
    void json_isOneDocument() {
        JsonObject document = Cli.done(
                        "text",
                        "-m",
                        "stray-mini",
                        "--classes",
                        names,
                        "--templates",
                        "mcm-original",
                        "-o",
                        output,
                        "--json")
                .json();
        assertThat(document.getString("embeddings")).isEqualTo(output.toString());
        assertThat(document.getString("extractor")).isEqualTo("stray-mini");
        assertThat(document.getInt("n")).isEqualTo(3);
        assertThat(document.getInt("dimension")).isEqualTo(384);
        assertThat(document.getArray("templates")).containsExactly("a photo of a {c}");
    }

    @Test
    void captions_areEncodedAsTheyAre() throws IOException {
        Path captions = write("captions.txt", "a photo of a cat.\nthe nice cat\na photo of a cat.\n");
        Cli made = Cli.run("text", "-m", "stray-mini", "--captions", captions, "-o", output);
        assertThat(made.code()).isZero();
        assertThat(made.out()).contains("3 captions (embeddings 384)");
        assertThat(made.err())
                .isEqualTo(
                        "stray: note: 1 line repeats a caption that came before; each is a class of its own all the same"
                                + System.lineSeparator());
        ClassEmbeddings read = ClassEmbeddingsFile.read(output);
        assertThat(row(read, 0)).isEqualTo(row(read, 2)).isNotEqualTo(row(read, 1));
        Path one = write("one.txt", "a photo of a {c}.\n");
        Path cat = write("cat.txt", "cat\n");
        Cli.done("text", "-m", "stray-mini", "--classes", cat, "--templates", one, "-o", at("c.safetensors"));
        assertThat(row(ClassEmbeddingsFile.read(at("c.safetensors")), 0)).isEqualTo(row(read, 0));
    }

    @Test
    void classesOfOneName_areEachAClass() throws IOException {
        Path twice = write("twice.txt", "cat\ndog\ncat\n");
        Cli made = Cli.run("text", "-m", "stray-mini", "--classes", twice, "-o", output);
        assertThat(made.code()).isZero();
        assertThat(made.out()).contains("3 classes (embeddings 384)");
        assertThat(made.err()).contains("stray: note: 1 line repeats a class name that came before");
        assertThat(ClassEmbeddingsFile.read(output).names()).containsExactly("cat", "dog", "cat");
    }

    @Test
    void wrongUse_isRefused() throws IOException {
        assertThat(Cli.refused("text", "-m", "stray-mini", "-o", output))
                .contains("either --classes FILE or --captions FILE");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--classes", names, "--captions", names, "-o", output))
                .contains("either --classes FILE or --captions FILE");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--captions", names, "--templates", "paper", "-o", output))
                .contains("--templates speak of class names");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--classes", names, "-o", at("t.npy")))
                .contains("-o must name a .safetensors file");
        assertThat(Cli.refused("text", "-m", "stray-mni", "--classes", names, "-o", output))
                .contains("did you mean 'stray-mini'?");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--classes", names, "--templates", "papr", "-o", output))
                .contains("did you mean 'paper'?");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--classes", at("absent.txt"), "-o", output))
                .contains("absent.txt");
        Path blank = write("blank.txt", "cat\n\ndog\n");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--classes", blank, "-o", output))
                .contains("line 2 is blank");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--classes", names, "-o", names))
                .contains("-o must name a .safetensors file");
        assertThat(output).doesNotExist();
    }

    @Test
    void foreignFile_isKeptUnlessForced() throws IOException {
        Files.writeString(output, "mine");
        assertThat(Cli.refused("text", "-m", "stray-mini", "--classes", names, "-o", output))
                .contains("--force");
        assertThat(output).hasContent("mine");
        Cli.done("text", "-m", "stray-mini", "--classes", names, "-o", output, "--force");
        assertThat(ClassEmbeddingsFile.read(output).classes()).isEqualTo(3);
    }

    @Test
    void modelWithoutTextEncoder_isRefusedWithTheWayOut() throws IOException {
        Path network = Path.of("..", "golden", "extractor", "relu.onnx");
        Cli.run(
                "models",
                "add",
                network,
                "--name",
                "mute",
                "--input-size",
                8,
                "--resize",
                "exact:8x8",
                "--crop",
                "none",
                "--interpolation",
                "bilinear",
                "--mean",
                "0.5,0.5,0.5",
                "--std",
                "1,1,1",
                "--output",
                "output");
        try {
            assertThat(Cli.refused("text", "-m", "mute", "--classes", names, "-o", output))
                    .contains("extractor mute has no text encoder", "stray-mini", "--class-embeddings");
            assertThat(Cli.refused("fit", "-d", "mcm", "-m", "mute", "--classes", names, "-o", at("d.stray")))
                    .contains("extractor mute has no text encoder");
        } finally {
            Cli.done("models", "remove", "mute", "--quiet");
        }
    }

    @Test
    void mcm_namesAndNothingElse_scoresImages() throws IOException {
        Cli fitted = Cli.run("fit", "-d", "mcm", "-m", "stray-mini", "--classes", names, "-o", at("d.stray"));
        assertThat(fitted.code()).as(fitted.err()).isZero();
        assertThat(fitted.err())
                .isEqualTo(
                        "stray: note: no calibration, so verdict and p-value will stay empty" + System.lineSeparator());
        Path signs = Images.signs(at("signs"), 2);
        Cli scored = Cli.done("score", "-D", at("d.stray"), "-i", signs, "--quiet");
        double[] scores = ScoreRows.parse(scored.out()).scores();
        assertThat(scores).hasSizeGreaterThan(5);
        Cli.done("text", "-m", "stray-mini", "--classes", names, "-o", output);
        Cli.done("extract", "-m", "stray-mini", "-i", signs, "--layer", "embeddings", "-o", at("f.safetensors"));
        Cli.done(
                "fit",
                "-d",
                "mcm",
                "-f",
                at("f.safetensors"),
                "--class-embeddings",
                output,
                "-o",
                at("e.stray"),
                "--calibration",
                "none",
                "--quiet");
        assertThat(ScoreRows.parse(Cli.done("score", "-D", at("e.stray"), "-f", at("f.safetensors"), "--quiet")
                                .out())
                        .scores())
                .isEqualTo(scores);
        Cli.done(
                "fit",
                "-d",
                "mcm",
                "-f",
                at("f.safetensors"),
                "-m",
                "stray-mini",
                "--classes",
                names,
                "-o",
                at("g.stray"),
                "--quiet");
        assertThat(ScoreRows.parse(Cli.done("score", "-D", at("g.stray"), "-f", at("f.safetensors"), "--quiet")
                                .out())
                        .scores())
                .isEqualTo(scores);
    }

    @Test
    void templates_changeTheScores_andAreInTheProvenance() throws IOException {
        Path signs = Images.signs(at("signs"), 1);
        double[][] scores = new double[2][];
        for (String templates : List.of("paper", "mcm-original")) {
            Cli.done(
                    "fit",
                    "-d",
                    "mcm",
                    "-m",
                    "stray-mini",
                    "--classes",
                    names,
                    "--templates",
                    templates,
                    "-o",
                    at("d.stray"),
                    "--quiet");
            scores[templates.equals("paper") ? 0 : 1] = ScoreRows.parse(
                            Cli.done("score", "-D", at("d.stray"), "-i", signs, "--quiet")
                                    .out())
                    .scores();
        }
        assertThat(scores[0]).isNotEqualTo(scores[1]);
        assertThat(DetectorFile.read(at("d.stray")).provenance().entries()).containsKeys("classes", "classes_sha256");
    }

    @Test
    void plp_folderAndNames_isFittedAndCalibrated() throws IOException {
        Path signs = Images.signs(at("signs"), 20);
        Cli fitted = Cli.done(
                "fit",
                "-d",
                "plp",
                "-m",
                "stray-mini",
                "-i",
                signs,
                "--classes",
                names,
                "-o",
                at("d.stray"),
                "--quiet");
        assertThat(fitted.out()).contains("plp", "keeps 95.00 % of ID");
        assertThat(Cli.done("score", "-D", at("d.stray"), "-i", signs, "--quiet")
                        .out())
                .contains("id,score,verdict");
    }

    @Test
    void neglabel_namesAndWords_isFitted() throws IOException {
        var words = new StringBuilder("golden\tadjective\n");
        for (int i = 0; i < 400; i++) {
            words.append("word").append(i).append(i % 3 == 0 ? "\tadjective\n" : "\n");
        }
        Path negatives = write("words.txt", words.toString());
        Cli.done(
                "fit",
                "-d",
                "neglabel:groups=5",
                "-m",
                "stray-mini",
                "--classes",
                names,
                "--negatives",
                negatives,
                "-o",
                at("d.stray"),
                "--quiet");
        assertThat(Cli.refused(
                        "fit", "-d", "neglabel", "--classes", names, "--negatives", negatives, "-o", at("e.stray")))
                .contains("--classes", "name the extractor");
        Cli.done("text", "-m", "stray-mini", "--classes", names, "--templates", "neglabel", "-o", output);
        assertThat(Cli.refused(
                        "fit",
                        "-d",
                        "neglabel",
                        "--class-embeddings",
                        output,
                        "--negatives",
                        negatives,
                        "-o",
                        at("e.stray")))
                .contains("is no .safetensors file, so a list of words");
    }

    @Test
    void fit_wrongUseOfNames_isRefused() throws IOException {
        assertThat(Cli.refused("fit", "-d", "mcm", "--classes", names, "-o", at("d.stray")))
                .contains("name the extractor whose text encoder embeds them with -m");
        Cli.done("text", "-m", "stray-mini", "--classes", names, "-o", output);
        assertThat(Cli.refused(
                        "fit",
                        "-d",
                        "mcm",
                        "-m",
                        "stray-mini",
                        "--classes",
                        names,
                        "--class-embeddings",
                        output,
                        "-o",
                        at("d.stray")))
                .contains("either --classes FILE (names) or --class-embeddings T");
        assertThat(Cli.refused(
                        "fit",
                        "-d",
                        "mcm",
                        "-m",
                        "stray-mini",
                        "--templates",
                        "paper",
                        "--class-embeddings",
                        output,
                        "-o",
                        at("d.stray")))
                .contains("--templates speak of class names");
    }

    @Test
    void homeThatCannotBeWritten_isTheEnvironmentsFault() throws Exception {
        Path blocked = write("file", "in the way");
        ProcessBuilder process = Cli.process(
                System.getProperty("java.class.path"), "text", "-m", "stray-mini", "--classes", names, "-o", output);
        process.command().replaceAll(word -> word.startsWith("-Dstray.home=") ? "-Dstray.home=" + blocked : word);
        Path err = at("err.txt");
        int code = process.redirectError(err.toFile()).start().waitFor();
        assertThat(code).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(Files.readString(err)).contains("the tokenizer library cannot be loaded", "STRAY_HOME");
        assertThat(output).doesNotExist();
    }
}
