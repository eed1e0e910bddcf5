// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttackCommandTest {
    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome home = new FreshHome(() -> folder.resolve("home"));

    private Path id = Path.of("");
    private Path ood = Path.of("");

    @BeforeEach
    void installTinyClip() throws IOException {
        Cli.done("models", "add", GoldenLayouts.copy("hf-two-files", folder.resolve("tiny")));
        id = Images.signs(folder.resolve("signs"), 12);
        ood = Images.textures(folder.resolve("others"), 4);
    }

    private Path out() {
        return folder.resolve("attacked");
    }

    private Object[] arguments(Object... more) {
        var all = new ArrayList<Object>(List.of(
                "attack", "-m", "tiny", "--id", id, "--ood", ood, "--batch", 4, "--limit", 6, "-o", out(), "--json",
                "--quiet"));
        if (!Arrays.asList(more).contains("--steps")) {
            all.addAll(List.of("--steps", 60));
        }
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }

    private static double auroc(JsonObject document, String detector, boolean targetsIn, String set) {
        return document.getArray("results").stream()
                .map(JsonObject.class::cast)
                .filter(row ->
                        row.getString("detector").equals(detector) && row.getBoolean("targets_in_gallery") == targetsIn)
                .map(row -> row.getObject(set).getDouble("auroc"))
                .findFirst()
                .orElseThrow();
    }

    /** Detector and where the targets were, a word each row. */
    private static List<String> measured(JsonObject document) {
        return document.getArray("results").stream()
                .map(JsonObject.class::cast)
                .map(row -> row.getString("detector") + (row.getBoolean("targets_in_gallery") ? " in" : " out"))
                .toList();
    }

    private double evaluated(Path test, Path others) {
        Path detector = folder.resolve("knn.stray");
        Path inScores = folder.resolve("in.csv");
        Path outScores = folder.resolve("out.csv");
        Cli.done(
                "fit",
                "-d",
                "knn",
                "-m",
                "tiny",
                "-i",
                id,
                "--calibration",
                "none",
                "-o",
                detector,
                "--force",
                "--quiet");
        Cli.done("score", "-D", detector, "-i", test, "-o", inScores, "--force", "--quiet");
        Cli.done("score", "-D", detector, "-i", others, "-o", outScores, "--force", "--quiet");
        return Cli.done("evaluate", "--id", inScores, "--ood", outScores, "--json")
                .json()
                .getArray("results")
                .getObject(0)
                .getDouble("auroc");
    }

    @Test
    void attack_figures_areThoseOfFitScoreAndEvaluate() throws IOException {
        Path test = Images.signs(folder.resolve("test"), 1);
        JsonObject document = Cli.done(
                        "attack",
                        "-m",
                        "tiny",
                        "--id",
                        id,
                        "--id-test",
                        test,
                        "--ood",
                        ood,
                        "--batch",
                        4,
                        "-d",
                        "knn",
                        "--steps",
                        40,
                        "--lr",
                        0.003,
                        "--lambda",
                        0,
                        "-o",
                        out(),
                        "--json",
                        "--quiet")
                .json();
        assertThat(auroc(document, "knn", true, "clean")).isEqualTo(evaluated(test, ood));
        assertThat(auroc(document, "knn", true, "rounded")).isEqualTo(evaluated(test, out().resolve("images")));
    }

    @Test
    void attack_otherPreprocessingOfTheSameNetwork_isAnotherAttack() throws IOException {
        Object[] card = {
            "models",
            "add",
            Path.of("..", "golden", "graph", "clip-projected.onnx"),
            "--name",
            "net",
            "--input-size",
            32,
            "--resize",
            "exact:32x32",
            "--crop",
            "none",
            "--interpolation",
            "bilinear",
            "--output",
            "features=before(image_embeds)",
            "--std",
            "1,1,1",
            "--mean"
        };
        Object[] attack = {
            "attack", "-m", "net", "--id", id, "--ood", ood, "--limit", 2, "--steps", 2, "-d", "knn", "-o", out(),
            "--quiet"
        };
        Cli.done(with(card, "0,0,0"));
        Cli.done(attack);
        Cli.done("models", "remove", "net");
        Cli.done(with(card, ".5,.5,.5"));
        assertThat(Cli.refused(attack)).contains("holds an attack with other settings");
    }

    private static Object[] with(Object[] arguments, Object last) {
        Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    @Test
    void attack_force_leavesNothingOfTheOtherAttack() throws IOException {
        Cli.done(arguments("--steps", 2));
        Path mine = Files.writeString(out().resolve("images/mine.txt"), "mine");
        Cli.done(
                "attack", "-m", "tiny", "--id", id, "--ood", ood, "--batch", 4, "--limit", 3, "--steps", 3, "-o", out(),
                "--force", "--quiet");
        try (Stream<Path> images = Files.list(out().resolve("images"))) {
            assertThat(images.filter(file -> !file.equals(mine))).hasSize(3);
        }
        assertThat(Files.readAllLines(out().resolve("attacked.jsonl"))).hasSize(3);
        assertThat(mine).exists();
    }

    @Test
    void attack_refusedRun_leavesItsFolderFree() {
        assertThat(Cli.refused(arguments("-d", "knn:k=100000"))).contains("k = 100000");
        Cli.done(arguments("--steps", 2));
    }

    @Test
    void attack_oneImageOfId_saysWhatIsMissing() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one"));
        try (Stream<Path> images = Files.walk(id)) {
            Path image = images.filter(Files::isRegularFile).findFirst().orElseThrow();
            Files.copy(image, one.resolve("a.png"));
        }
        id = one;
        assertThat(Cli.refused(arguments("-d", "knn"))).contains("too few to hold a fifth", "--id-test");
        assertThat(out()).doesNotExist();
    }

    @Test
    void attack_batchBeyondABuffer_namesTheOption() {
        assertThat(Cli.refused(arguments("--batch", 1_000_000))).contains("--batch");
    }

    @Test
    void attack_patchyAdam_makesOodImagesLookLikeIdOnes() throws IOException {
        JsonObject document = Cli.done(arguments("--lambda", 0, "--lr", 0.01)).json();
        assertThat(document.getDouble("cosine")).isGreaterThan(0.9);
        assertThat(document.getInt("n_ood")).isEqualTo(6);
        assertThat(auroc(document, "knn", true, "attacked")).isLessThan(auroc(document, "knn", true, "clean"));
        assertThat(auroc(document, "knn", true, "rounded")).isLessThan(auroc(document, "knn", true, "clean"));
        assertThat(measured(document))
                .containsExactly(
                        "knn in",
                        "knn out",
                        "mahalanobis in",
                        "mahalanobis out",
                        "linear-probe in",
                        "linear-probe out");
        List<String> lines = Files.readAllLines(out().resolve("attacked.jsonl"));
        assertThat(lines).hasSize(6).allMatch(line -> line.contains("\"target\":") && line.contains("\"cosine\":"));
        for (int i = 0; i < 6; i++) {
            var image =
                    ImageIO.read(out().resolve("images/%05d.png".formatted(i)).toFile());
            assertThat(image.getWidth()).isEqualTo(32);
            assertThat(image.getHeight()).isEqualTo(32);
        }
        assertThat(Files.readString(out().resolve("attack.json"))).contains("\"method\":", "\"provenance\":");
        String page = Files.readString(out().resolve("report.html"));
        assertThat(page.split("<img ", -1)).hasSize(1 + 4 * 6);
        assertThat(page).contains("perturbation \u00d7", "Adam at 0.01, lambda 0 (patchy)");
    }

    @Test
    void attack_oneClass_isMeasuredWithoutLabels() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one"));
        try (Stream<Path> classes = Files.list(id)) {
            Path first = classes.filter(Files::isDirectory).sorted().findFirst().orElseThrow();
            Files.move(first, one.resolve("signs"));
        }
        id = one;
        JsonObject document = Cli.done(arguments("--steps", 2)).json();
        assertThat(document.getArray("results").stream()
                        .map(JsonObject.class::cast)
                        .map(row -> row.getString("detector"))
                        .distinct())
                .containsExactly("knn");
    }

    @Test
    void attack_detectorThatCannotBeFitted_isRefusedBeforeTheAttack() throws IOException {
        Cli refused = Cli.run(arguments("-d", "knn:k=100000"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("k");
        assertThat(out().resolve("parts")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "300", "NaN"})
    void attack_epsilonOutOfRange_isRefusedInItsOwnUnit(String epsilon) {
        Cli refused = Cli.run(arguments("--method", "pgd", "--epsilon", epsilon));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("at most 255, was " + epsilon);
    }

    @Test
    void attack_head_testsDetectorsOnIt() throws IOException {
        Path features = folder.resolve("signs.safetensors");
        Path head = folder.resolve("head.safetensors");
        Cli.done("extract", "-m", "tiny", "-i", id, "-o", features);
        Cli.done("probe", "-f", features, "--epochs", 5, "-o", head);
        JsonObject document = Cli.done(arguments("--head", head, "-d", "energy", "-d", "knn", "--steps", 5))
                .json();
        assertThat(measured(document)).containsExactly("energy in", "knn in", "knn out");
        Cli unused = Cli.run(arguments("--head", head, "-d", "knn", "--steps", 5));
        assertThat(unused.code()).isEqualTo(2);
        assertThat(unused.err()).contains("none of the detectors takes a head");
        Cli without = Cli.run(arguments("-d", "vim", "--steps", 5));
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("vim needs a linear head");
    }

    @Test
    void attack_startedAgain_goesOnWhereItWas() throws IOException {
        JsonObject first = Cli.done(arguments()).json();
        byte[] image = Files.readAllBytes(out().resolve("images/00005.png"));
        Files.delete(out().resolve("parts/00001.safetensors"));
        Files.delete(out().resolve("images/00005.png"));
        Object[] loud = Arrays.stream(arguments())
                .filter(argument -> !argument.equals("--quiet"))
                .toArray();
        Cli again = Cli.run(loud);
        assertThat(again.code()).isZero();
        assertThat(again.err()).contains("note: 4 images had been attacked before");
        assertThat(again.json().getArray("results")).isEqualTo(first.getArray("results"));
        assertThat(Files.readAllBytes(out().resolve("images/00005.png"))).isEqualTo(image);
    }

    @Test
    void attack_damagedPart_isMadeAgain() throws IOException {
        JsonObject first = Cli.done(arguments()).json();
        Path part = out().resolve("parts/00000.safetensors");
        byte[] whole = Files.readAllBytes(part);
        Files.write(part, Arrays.copyOf(whole, whole.length / 2));
        assertThat(Cli.done(arguments()).json().getArray("results")).isEqualTo(first.getArray("results"));
        assertThat(Files.readAllBytes(part)).hasSameSizeAs(whole);
    }

    @Test
    void attack_startedAgainWithADetectorOfAnotherLayer_makesThePartsAnew() throws IOException {
        Path names = Files.writeString(folder.resolve("names.txt"), "road sign\ncat\n");
        Cli.done(arguments("-d", "knn", "--steps", 5));
        byte[] image = Files.readAllBytes(out().resolve("images/00000.png"));
        JsonObject again = Cli.done(arguments("-d", "mcm", "--classes", names, "--steps", 5))
                .json();
        assertThat(measured(again)).containsExactly("mcm in");
        assertThat(Files.readAllBytes(out().resolve("images/00000.png"))).isEqualTo(image);
    }

    @Test
    void attack_pgd_staysInTheBall() {
        JsonObject document =
                Cli.done(arguments("--method", "pgd", "--epsilon", 4)).json();
        assertThat(document.getDouble("max"))
                .isLessThanOrEqualTo(4 / 255.0 + 1e-6)
                .isGreaterThan(3 / 255.0);
    }

    @Test
    void attack_classNames_testsDetectorsOfLanguage() throws IOException {
        Path names = Files.writeString(folder.resolve("names.txt"), "road sign\ncat\nice cream\n");
        JsonObject document = Cli.done(arguments("--classes", names, "-d", "mcm", "-d", "plp"))
                .json();
        assertThat(measured(document)).containsExactly("mcm in", "plp in", "plp out");
    }

    @Test
    void attack_table_saysWhatWasDone() {
        Object[] plain = Arrays.stream(arguments("--id-test", id))
                .filter(argument -> !argument.equals("--json"))
                .toArray();
        assertThat(Cli.done(plain).out())
                .contains("6 images attacked, 60 steps of adam, lambda 5000; mean cosine reached ")
                .contains("detector", "knn", "mahalanobis", "linear-probe", "8 bits");
    }

    @Test
    void attack_whatCannotBe_isRefused() throws IOException {
        assertThat(Cli.refused(arguments("--epsilon", 3))).contains("--epsilon bounds --method pgd");
        assertThat(Cli.refused(arguments("--threads", 0))).contains("--batch and --threads must be at least 1");
        assertThat(Cli.refused(arguments("-d", "mcm"))).contains("mcm reads language", "--classes FILE");
        assertThat(Cli.refused(arguments("-d", "knnn"))).contains("knn");
        Files.createDirectories(out());
        Files.writeString(out().resolve("mine.txt"), "mine");
        assertThat(Cli.refused(arguments())).contains("is not empty and holds no attack");
    }

    @Test
    void attack_folderOfOtherSettings_isRefusedUnlessForced() {
        Cli.done(arguments("--steps", 2));
        assertThat(Cli.refused(arguments("--steps", 3))).contains("holds an attack with other settings");
        Cli.done(arguments("--steps", 3, "--force"));
    }
}
