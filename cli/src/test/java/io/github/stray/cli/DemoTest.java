// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {
    @TempDir
    static Path shared;

    private static Path demo;
    private static Cli result;
    private static ScoreRows scores;
    private static String report;

    @TempDir
    Path folder;

    @BeforeAll
    static void runDemo() throws IOException {
        demo = shared.resolve("new folder/demo");
        result = Cli.run("demo", "-o", demo, "--json", "--quiet");
        assertThat(result.code()).as(result.err()).isZero();
        scores = ScoreRows.read(demo.resolve("scores.csv"));
        report = Files.readString(demo.resolve("report.html"));
    }

    @Test
    void demo_leavesItsThreeFilesAndNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(demo)) {
            assertThat(files.map(file -> demo.relativize(file).toString()))
                    .containsExactlyInAnyOrder("report.html", "scores.csv", "detector.stray");
        }
        assertThat(result.err()).isEmpty();
    }

    @Test
    void json_isTheDocumentOfTheContract() {
        JsonObject document = result.json();
        assertThat(document.keySet()).contains("convention", "n_id", "results", "mean", "scores");
        assertThat(document.getString("convention")).isEqualTo("canonical");
        assertThat(document.getString("scores")).isEqualTo("scores.csv");
        assertThat(document.getArray("results")).hasSize(5);
        for (Object row : document.getArray("results")) {
            assertThat(((JsonObject) row).keySet())
                    .containsExactly("ood", "n_ood", "auroc", "auroc_ci95", "fpr95", "aupr_in", "aupr_out");
        }
    }

    @Test
    void json_everyMetric_followsFromTheScores() {
        JsonObject document = result.json();
        double[] id = scores.scores("id");
        assertThat(document.getInt("n_id")).isEqualTo(id.length).isGreaterThan(100);
        JsonArray results = document.getArray("results");
        double[] sums = new double[4];
        int rows = id.length;
        for (int i = 0; i < results.size(); i++) {
            JsonObject row = results.getObject(i);
            double[] ood = scores.scores(row.getString("ood"));
            rows += ood.length;
            assertThat(row.getInt("n_ood")).isEqualTo(ood.length).isPositive();
            double[] expected = {
                ScoreRows.auroc(id, ood),
                ScoreRows.fpr(id, ood, 0.95),
                ScoreRows.averagePrecision(id, ood),
                ScoreRows.averagePrecision(ScoreRows.negated(ood), ScoreRows.negated(id))
            };
            List<String> keys = List.of("auroc", "fpr95", "aupr_in", "aupr_out");
            for (int k = 0; k < 4; k++) {
                assertThat(row.getDouble(keys.get(k)))
                        .as("%s of %s", keys.get(k), row.getString("ood"))
                        .isCloseTo(expected[k], within(1e-12));
                sums[k] += expected[k];
            }
            JsonArray interval = row.getArray("auroc_ci95");
            assertThat(expected[0]).isBetween(interval.getDouble(0), interval.getDouble(1));
        }
        assertThat(rows).isEqualTo(scores.rows().size());
        JsonObject mean = document.getObject("mean");
        assertThat(mean.getDouble("auroc")).isCloseTo(sums[0] / 5, within(1e-12));
        assertThat(mean.getDouble("fpr95")).isCloseTo(sums[1] / 5, within(1e-12));
        assertThat(mean.getDouble("aupr_in")).isCloseTo(sums[2] / 5, within(1e-12));
        assertThat(mean.getDouble("aupr_out")).isCloseTo(sums[3] / 5, within(1e-12));
        assertThat(mean.getDouble("auroc")).isGreaterThan(0.85);
        long in = scores.rows().stream()
                .filter(row -> "id".equals(row.get("set")) && "in".equals(row.get("verdict")))
                .count();
        assertThat(document.getDouble("realised_tpr")).isEqualTo((double) in / id.length);
    }

    @Test
    void evaluate_theDemosScores_saysWhatTheDemoSaid() {
        JsonArray expected = result.json().getArray("results");
        Path csv = demo.resolve("scores.csv");
        JsonArray actual = Cli.done("evaluate", "--id", csv + "#id", "--ood", csv + "#noise", "--json")
                .json()
                .getArray("results");
        assertThat(actual.getObject(0)).isEqualTo(expected.getObject(4));
    }

    @Test
    void report_showsTheNumbersOfTheTable() {
        for (Object entry : result.json().getArray("results")) {
            JsonObject row = (JsonObject) entry;
            for (String metric : List.of("auroc", "fpr95")) {
                double value = row.getDouble(metric);
                if (value >= 0.0005 && value < 0.9995) {
                    assertThat(report).contains(String.format(Locale.ROOT, "%.3f", value));
                }
            }
            assertThat(report).contains(row.getString("ood"));
        }
    }

    @Test
    void report_standsAlone() {
        assertThat(report).startsWith("<!DOCTYPE html>").contains("<meta name=\"generator\" content=\"Stray");
        assertThat(report.replace("xmlns=\"http://www.w3.org/", ""))
                .doesNotContain("http://", "https://", "<link", "<script src", "@import", "url(");
        assertThat(Pattern.compile("src=\"(?!data:)").matcher(report).find()).isFalse();
        assertThat(report).contains("src=\"data:image/png;base64,");
    }

    @Test
    void demo_again_replacesAndScoresTheSame() throws IOException {
        byte[] before = Files.readAllBytes(demo.resolve("scores.csv"));
        Path second = folder.resolve("second");
        Files.createDirectory(second);
        for (String file : List.of("scores.csv", "report.html", "detector.stray")) {
            Files.copy(demo.resolve(file), second.resolve(file));
        }
        Files.writeString(second.resolve("scores.csv"), "id,score,verdict,p_value,set\nold,1,in,1,id\n");
        Cli again = Cli.run("demo", "-o", second, "--quiet");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(Files.readAllBytes(second.resolve("scores.csv"))).isEqualTo(before);
        for (Object row : result.json().getArray("results")) {
            assertThat(again.out())
                    .containsPattern("%s +%.4f"
                            .formatted(((JsonObject) row).getString("ood"), ((JsonObject) row).getDouble("auroc")));
        }
        assertThat(again.out()).contains("fitted without labels", "report: " + second.resolve("report.html"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scores.csv", "report.html", "detector.stray"})
    void demo_overAForeignFile_isRefusedBeforeTheWork(String name) throws IOException {
        Files.writeString(folder.resolve(name), "mine");
        assertThat(Cli.refused("demo", "-o", folder)).contains(name, "was not written by Stray", "--force");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
        assertThat(folder.resolve(name)).hasContent("mine");
    }

    @Test
    void demo_thatCannotRun_leavesNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThat(Cli.refused("demo", "-o", file)).contains(file.toString(), "no folder");
        Path none = folder.resolve("none");
        assertThat(Cli.refused("demo", "-o", none, "-d", "knm")).contains("did you mean 'knn'?");
        assertThat(none).doesNotExist();
        Path images = Files.createDirectories(folder.resolve("old/images/train"));
        Files.writeString(images.resolve("x.png"), "x");
        assertThat(Cli.refused("demo", "-o", folder.resolve("old"), "--images"))
                .contains(folder.resolve("old/images").toString(), "not empty");
        assertThat(folder.resolve("old/report.html")).doesNotExist();
    }
}
