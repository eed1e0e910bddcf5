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

    @Test
    void attack_patchyAdam_makesOodImagesLookLikeIdOnes() throws IOException {
        JsonObject document = Cli.done(arguments("--lambda", 0, "--lr", 0.01)).json();
        assertThat(document.getDouble("cosine")).isGreaterThan(0.9);
        assertThat(document.getInt("n_ood")).isEqualTo(6);
        assertThat(auroc(document, "knn", true, "attacked")).isLessThan(auroc(document, "knn", true, "clean"));
        assertThat(auroc(document, "knn", true, "rounded")).isLessThan(auroc(document, "knn", true, "clean"));
        assertThat(auroc(document, "mahalanobis", false, "attacked")).isBetween(0.0, 1.0);
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
        assertThat(auroc(document, "energy", true, "clean")).isBetween(0.0, 1.0);
        assertThat(auroc(document, "energy", true, "rounded")).isBetween(0.0, 1.0);
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
        assertThat(auroc(again, "mcm", true, "attacked")).isBetween(0.0, 1.0);
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
        assertThat(auroc(document, "mcm", true, "attacked")).isBetween(0.0, 1.0);
        assertThat(auroc(document, "plp", false, "rounded")).isBetween(0.0, 1.0);
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
