// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.metric.Convention;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesJobTest {
    private static final int DIMENSION = 6;
    private static final Clusters TRAIN = Clusters.around(160, DIMENSION, 1);
    private static final Clusters TEST = Clusters.around(90, DIMENSION, 2);
    private static final Clusters OOD = Clusters.anywhere(70, DIMENSION, 3);

    @TempDir
    Path folder;

    private Path train;
    private Path test;
    private Path ood;

    @BeforeEach
    void writeFeatures() throws IOException {
        train = TRAIN.npy(folder.resolve("train.npy"));
        test = TEST.npy(folder.resolve("test.npy"));
        ood = OOD.npy(folder.resolve("ood.npy"));
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private Path fitted(Object... more) {
        var arguments = new ArrayList<Object>(List.of("fit", "-f", train, "-o", at("d.stray"), "--quiet"));
        Collections.addAll(arguments, more);
        if (!arguments.contains("-d")) {
            arguments.addAll(List.of("-d", "knn"));
        }
        Cli.done(arguments.toArray());
        return at("d.stray");
    }

    private ScoreRows scored(Path features, Object... more) {
        var arguments = new ArrayList<Object>(List.of("score", "-D", at("d.stray"), "-f", features, "--quiet"));
        Collections.addAll(arguments, more);
        return ScoreRows.parse(Cli.done(arguments.toArray()).out());
    }

    private static double nearestCosine(double[] sample) {
        double best = -1;
        for (int i = 0; i < TRAIN.count(); i++) {
            double[] row = TRAIN.row(i);
            double dot = 0;
            double a = 0;
            double b = 0;
            for (int j = 0; j < row.length; j++) {
                dot += row[j] * sample[j];
                a += row[j] * row[j];
                b += sample[j] * sample[j];
            }
            best = Math.max(best, dot / Math.sqrt(a * b));
        }
        return best;
    }

    @Test
    void job_fromNpy_endsInMetricsThatFollowFromTheScores() throws IOException {
        fitted();
        Cli.done("score", "-D", at("d.stray"), "-f", test, "-o", at("id.csv"));
        Cli.done("score", "-D", at("d.stray"), "-f", ood, "-o", at("ood.csv"));
        double[] id = ScoreRows.read(at("id.csv")).scores();
        double[] outside = ScoreRows.read(at("ood.csv")).scores();
        JsonObject document = Cli.done("evaluate", "--id", at("id.csv"), "--ood", at("ood.csv"), "--json")
                .json();
        assertThat(document.keySet()).contains("convention", "n_id", "results", "mean");
        assertThat(document.getString("convention")).isEqualTo("canonical");
        assertThat(document.getInt("n_id")).isEqualTo(90);
        JsonObject result = document.getArray("results").getObject(0);
        assertThat(result.keySet())
                .containsExactly("ood", "n_ood", "auroc", "auroc_ci95", "fpr95", "aupr_in", "aupr_out");
        assertThat(result.getString("ood")).isEqualTo("ood");
        assertThat(result.getInt("n_ood")).isEqualTo(70);
        assertThat(result.getDouble("auroc")).isCloseTo(ScoreRows.auroc(id, outside), within(1e-12));
        assertThat(result.getDouble("auroc")).isBetween(0.75, 0.999);
        assertThat(result.getDouble("fpr95")).isCloseTo(ScoreRows.fpr(id, outside, 0.95), within(1e-12));
        assertThat(result.getDouble("aupr_in")).isCloseTo(ScoreRows.averagePrecision(id, outside), within(1e-12));
        assertThat(result.getDouble("aupr_out"))
                .isCloseTo(
                        ScoreRows.averagePrecision(ScoreRows.negated(outside), ScoreRows.negated(id)), within(1e-12));
        JsonArray interval = result.getArray("auroc_ci95");
        assertThat(interval).hasSize(2);
        assertThat(interval.getDouble(0)).isLessThan(result.getDouble("auroc"));
        assertThat(interval.getDouble(1)).isGreaterThan(result.getDouble("auroc"));
        assertThat(document.getObject("mean").keySet()).containsExactly("auroc", "fpr95", "aupr_in", "aupr_out");
        assertThat(document.getDouble("realised_tpr"))
                .isEqualTo(ScoreRows.read(at("id.csv")).column("verdict").stream()
                                .filter("in"::equals)
                                .count()
                        / 90.0);
    }

    @Test
    void score_knn_isTheCosineOfTheNearestRow() {
        fitted("--calibration", "none");
        ScoreRows rows = scored(test, "--neighbours", 1);
        for (int i = 0; i < TEST.count(); i++) {
            assertThat(rows.scores()[i]).isCloseTo(nearestCosine(TEST.row(i)), within(1e-6));
            assertThat(rows.rows().get(i)).containsEntry("id", Integer.toString(i));
        }
        assertThat(rows.column("similarity_1")).isEqualTo(rows.column("score"));
    }

    @Test
    void score_calibratedOnAFile_givesItsPValuesAndVerdicts() throws IOException {
        Path held = Clusters.around(50, DIMENSION, 9).npy(at("held.npy"));
        fitted("--calibration", held, "--tpr", "0.9");
        double[] calibration = scored(held).scores();
        double[] sorted = calibration.clone();
        Arrays.sort(sorted);
        double threshold = sorted[(int) Math.floor(0.1 * 51 + 1e-9) - 1];
        ScoreRows rows = scored(ood);
        for (int i = 0; i < OOD.count(); i++) {
            double score = rows.scores()[i];
            long below = Arrays.stream(calibration).filter(c -> c <= score).count();
            assertThat(Double.parseDouble(rows.column("p_value").get(i))).isEqualTo((1.0 + below) / 51);
            assertThat(rows.column("verdict").get(i)).isEqualTo(score >= threshold ? "in" : "out");
        }
        assertThat(rows.column("verdict")).contains("in", "out");
    }

    @Test
    void fit_withoutCalibration_leavesVerdictAndPValueEmptyAndSaysSoOnce() {
        Cli fit = Cli.run("fit", "-d", "knn", "-f", train, "-o", at("d.stray"), "--calibration", "none");
        assertThat(fit.code()).isZero();
        assertThat(fit.err().lines())
                .containsExactly("stray: note: no calibration, so verdict and p-value will stay empty");
        assertThat(scored(test).column("verdict")).containsOnly("");
        assertThat(scored(test).column("p_value")).containsOnly("");
        assertThat(Cli.done("score", "-D", at("d.stray"), "-f", test, "-o", at("s.csv"))
                        .out())
                .contains("no calibration, so no verdicts");
        assertThat(Cli.done("evaluate", "--id", at("s.csv"), "--ood", at("s.csv"))
                        .out())
                .doesNotContain("realised");
    }

    @Test
    void fit_splitOfAShare_holdsItOutWhateverTheOrderOfTheRows() {
        JsonObject document = Cli.done(
                        "fit", "-d", "knn", "-f", train, "-o", at("d.stray"), "--calibration", "split:0.4", "--json")
                .json();
        assertThat(document.getInt("n_training") + document.getInt("n_calibration"))
                .isEqualTo(160);
        assertThat(document.getInt("n_calibration")).isEqualTo(64);
        assertThat(document.getDouble("tpr")).isEqualTo(0.95);
        assertThat(document.getArray("failed")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "knn:k=5",
                "knn:k=5,aggregate=kth",
                "knn:distance=euclidean,normalize=false",
                "knn:variant=openood,k=3",
                "mahalanobis",
                "mahalanobis:variant=plp",
                "mahalanobis:variant=pytorch-ood",
                "mahalanobis:variant=mcm",
                "mahalanobis:shrinkage=0.1",
                "mahalanobis++"
            })
    void detectors_allVariants_tellClustersFromAnywhere(String detector) throws IOException {
        Path labels = TRAIN.labelsNpy(at("labels.npy"));
        fitted("-d", detector, "--labels", labels);
        assertThat(ScoreRows.auroc(scored(test).scores(), scored(ood).scores())).isGreaterThan(0.8);
    }

    @Test
    void job_fromSafetensors_keepsIdsAndClassNames() throws IOException {
        Path features = TRAIN.safetensors(at("train.safetensors"), "net-a");
        Path samples = TEST.safetensors(at("test.safetensors"), "net-a");
        Cli.done("fit", "-d", "mahalanobis", "-f", features, "-o", at("d.stray"));
        ScoreRows rows = scored(samples, "--neighbours", 2);
        assertThat(rows.header())
                .containsExactly(
                        "id",
                        "score",
                        "verdict",
                        "p_value",
                        "label",
                        "neighbour_1",
                        "similarity_1",
                        "neighbour_2",
                        "similarity_2");
        assertThat(rows.rows().get(5)).containsEntry("id", "sample-5").containsEntry("label", "birch");
        assertThat(rows.column("neighbour_1")).hasSize(90).allMatch(id -> id.matches("sample-\\d+"));
        List<String> second = rows.column("similarity_2");
        IntStream.range(0, 90)
                .forEach(i -> assertThat(Double.parseDouble(second.get(i)))
                        .isLessThanOrEqualTo(
                                Double.parseDouble(rows.column("similarity_1").get(i))));
    }

    @Test
    void score_everyForm_saysTheSame() throws Exception {
        fitted();
        ScoreRows csv = scored(test, "--neighbours", 1);
        Cli.done("score", "-D", at("d.stray"), "-f", test, "-o", at("s.csv"), "--neighbours", 1);
        assertThat(ScoreRows.read(at("s.csv"))).isEqualTo(csv);
        JsonObject toFile = Cli.done(
                        "score", "-D", at("d.stray"), "-f", test, "-o", at("s.jsonl"), "--neighbours", 1, "--json")
                .json();
        assertThat(toFile.getString("scores")).isEqualTo(at("s.jsonl").toString());
        JsonObject document = Cli.done("score", "-D", at("d.stray"), "-f", test, "--neighbours", 1, "--json")
                .json();
        assertThat(document.getInt("n")).isEqualTo(90);
        assertThat(document.getInt("in") + document.getInt("out")).isEqualTo(90);
        assertThat(document.getArray("failed")).isEmpty();
        List<String> lines = Files.readAllLines(at("s.jsonl"));
        assertThat(lines).hasSize(90);
        for (int i = 0; i < 90; i++) {
            assertSameRow(JsonParser.object().from(lines.get(i)), csv, i);
            assertSameRow(document.getArray("scores").getObject(i), csv, i);
        }
    }

    /** The rows are printed while they are made, so what is counted in the end comes behind them. */
    @Test
    void score_json_printsRowsAsTheyCome() throws Exception {
        fitted();
        String printed =
                Cli.done("score", "-D", at("d.stray"), "-f", test, "--json").out();
        assertThat(printed.indexOf("\"scores\"")).isPositive().isLessThan(printed.indexOf("\"n\""));
    }

    @Test
    void score_csvSafe_isForCsvAlone() throws Exception {
        fitted();
        assertThat(Cli.run("score", "-D", at("d.stray"), "-f", test, "--csv-safe")
                        .out())
                .contains("\n\"5\",");
        for (String suffix : List.of("s.csv", "s.jsonl")) {
            Path file = at(suffix);
            Object[] command = {"score", "-D", at("d.stray"), "-f", test, "--csv-safe", "-o", file};
            if (suffix.endsWith("csv")) {
                Cli.done(command);
                assertThat(Files.readString(file)).contains("\n\"5\",");
            } else {
                assertThat(Cli.refused(command)).contains("--csv-safe is about CSV");
            }
        }
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "--csv-safe", "--json"))
                .contains("--csv-safe");
    }

    /** Nobody, not even root, makes a file there. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void score_intoAFolderThatTakesNoFiles_isAMatterOfTheEnvironment() throws Exception {
        fitted();
        Cli result = Cli.run("score", "-D", at("d.stray"), "-f", test, "-o", "/sys/s.csv");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(result.err()).contains("/sys");
    }

    private static void assertSameRow(JsonObject row, ScoreRows csv, int i) {
        assertThat(row.keySet()).containsExactlyElementsOf(csv.header());
        assertThat(row.getString("id")).isEqualTo(csv.column("id").get(i));
        assertThat(row.getDouble("score")).isEqualTo(csv.scores()[i]);
        assertThat(row.getString("verdict")).isEqualTo(csv.column("verdict").get(i));
        assertThat(row.getDouble("p_value"))
                .isEqualTo(Double.parseDouble(csv.column("p_value").get(i)));
        assertThat(row.getString("neighbour_1"))
                .isEqualTo(csv.column("neighbour_1").get(i));
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void evaluate_everyConvention_isNamedAndFinite(Convention convention) throws IOException {
        scoreFiles();
        JsonObject document = Cli.done(
                        "evaluate",
                        "--id",
                        at("id.csv"),
                        "--ood",
                        at("ood.csv"),
                        "--convention",
                        convention.lowerCaseName(),
                        "--json")
                .json();
        assertThat(document.getString("convention")).isEqualTo(convention.lowerCaseName());
        JsonObject result = document.getArray("results").getObject(0);
        assertThat(List.of(
                        result.getDouble("auroc"),
                        result.getDouble("fpr95"),
                        result.getDouble("aupr_in"),
                        result.getDouble("aupr_out")))
                .allSatisfy(value -> assertThat(value).isBetween(0.0, 1.0));
        assertThat(result.getDouble("auroc")).isEqualTo(4.5 / 6);
    }

    private void scoreFiles() throws IOException {
        Files.writeString(at("id.csv"), "score\n3\n2\n1\n");
        Files.writeString(at("ood.csv"), "score\n0\n2\n");
    }

    @Test
    void evaluate_higherIsOod_mirrorsTheAuroc() throws IOException {
        scoreFiles();
        double mirrored = Cli.done(
                        "evaluate", "--id", at("id.csv"), "--ood", at("ood.csv"), "--higher-is", "ood", "--json")
                .json()
                .getArray("results")
                .getObject(0)
                .getDouble("auroc");
        assertThat(mirrored).isEqualTo(1 - 4.5 / 6);
    }

    @Test
    void evaluate_bootstrap_isSeededAndHoldsTheValue() throws IOException {
        fitted();
        Cli.done("score", "-D", at("d.stray"), "-f", test, "-o", at("id.csv"));
        Cli.done("score", "-D", at("d.stray"), "-f", ood, "-o", at("ood.csv"));
        Object[] arguments = {"evaluate", "--id", at("id.csv"), "--ood", at("ood.csv"), "--bootstrap", 200, "--json"};
        Cli first = Cli.done(arguments);
        assertThat(Cli.done(arguments).out()).isEqualTo(first.out());
        JsonObject result = first.json().getArray("results").getObject(0);
        JsonObject intervals = result.getObject("bootstrap_ci95");
        assertThat(intervals.keySet()).containsExactlyInAnyOrder("auroc", "fpr95", "aupr_in", "aupr_out");
        for (String metric : intervals.keySet()) {
            JsonArray interval = intervals.getArray(metric);
            assertThat(result.getDouble(metric)).as(metric).isBetween(interval.getDouble(0), interval.getDouble(1));
        }
        assertThat(first.json().getObject("bootstrap").getInt("resamples")).isEqualTo(200);
        assertThat(first.json().getObject("bootstrap").getInt("seed")).isEqualTo(42);
        assertThat(Cli.done(Arrays.copyOf(arguments, arguments.length - 1)).out())
                .contains("95 % intervals from 200 bootstrap resamples, seed 42")
                .contains(String.format(
                        Locale.ROOT,
                        "  %.4f to %.4f\n",
                        intervals.getArray("aupr_out").getDouble(0),
                        intervals.getArray("aupr_out").getDouble(1)));
        Object[] otherSeed = Arrays.copyOf(arguments, arguments.length + 2);
        otherSeed[arguments.length] = "--seed";
        otherSeed[arguments.length + 1] = 7;
        assertThat(Cli.done(otherSeed).out()).isNotEqualTo(first.out());
    }

    @Test
    void evaluate_setsOfOneFile_areTakenByName() throws IOException {
        Files.writeString(at("all.csv"), "id,score,set\na,3,id\nb,2,id\nc,1,near\nd,2,far\n");
        Cli text = Cli.done(
                "evaluate",
                "--id",
                at("all.csv") + "#id",
                "--ood",
                at("all.csv") + "#near",
                "--ood",
                at("all.csv") + "#far");
        assertThat(text.out())
                .contains("ID: id, n = 2; convention: canonical")
                .containsPattern("near +1\\.0000")
                .containsPattern("far +0\\.7500")
                .containsPattern("mean of 2 sets +0\\.8750");
        assertThat(Cli.refused("evaluate", "--id", at("all.csv") + "#id", "--ood", at("all.csv") + "#fra"))
                .contains("'fra'", "id", "near", "far");
    }

    @Test
    void evaluate_twoFilesOfOneName_staysUnambiguous() throws IOException {
        scoreFiles();
        Path other = Files.createDirectory(at("other"));
        Files.copy(at("ood.csv"), other.resolve("ood.csv"));
        JsonArray results = Cli.done(
                        "evaluate",
                        "--id",
                        at("id.csv"),
                        "--ood",
                        at("ood.csv"),
                        "--ood",
                        other.resolve("ood.csv"),
                        "--json")
                .json()
                .getArray("results");
        assertThat(results.getObject(0).getString("ood"))
                .isNotEqualTo(results.getObject(1).getString("ood"));
    }

    @Test
    void evaluate_oneScoreEach_works() throws IOException {
        Files.writeString(at("a.csv"), "score\n1\n");
        Files.writeString(at("b.jsonl"), "{\"score\":0.5}\n");
        assertThat(Cli.done("evaluate", "--id", at("a.csv"), "--ood", at("b.jsonl"))
                        .out())
                .containsPattern("b +1\\.0000");
        Files.writeString(at("none.csv"), "score\n");
        assertThat(Cli.refused("evaluate", "--id", at("a.csv"), "--ood", at("none.csv")))
                .contains("none.csv");
        Files.writeString(at("nan.csv"), "score\n1\nNaN\n");
        assertThat(Cli.refused("evaluate", "--id", at("a.csv"), "--ood", at("nan.csv")))
                .contains("nan.csv", "line 3");
    }

    @Test
    void evaluate_otherTpr_namesItsColumn() throws IOException {
        scoreFiles();
        JsonObject document = Cli.done(
                        "evaluate", "--id", at("id.csv"), "--ood", at("ood.csv"), "--tpr", "0.8", "--json")
                .json();
        assertThat(document.getArray("results").getObject(0).keySet()).contains("fpr80");
        assertThat(Cli.refused("evaluate", "--id", at("id.csv"), "--ood", at("ood.csv"), "--tpr", "95"))
                .contains("95");
    }

    @Test
    void fit_oneSampleUncalibrated_works() throws IOException {
        Path one = Clusters.around(1, DIMENSION, 1).npy(at("one.npy"));
        Cli fit = Cli.run("fit", "-d", "knn", "-f", one, "-o", at("d.stray"), "--calibration", "none");
        assertThat(fit.code()).isZero();
        assertThat(scored(test).rows()).hasSize(90);
        assertThat(Cli.run("fit", "-d", "knn", "-f", one, "-o", at("e.stray")).err())
                .contains("0 calibration samples are too few");
    }

    @Test
    void fit_fewCalibrationSamples_warnsThatAllAreIn() throws IOException {
        Path few = Clusters.around(20, DIMENSION, 1).npy(at("few.npy"));
        Cli fit = Cli.run("fit", "-d", "knn", "-f", few, "-o", at("d.stray"));
        assertThat(fit.code()).isZero();
        assertThat(fit.err()).contains("too few for a TPR of 0.95", "every sample will be judged in-distribution");
        assertThat(fit.out())
                .contains(
                        "knn fitted on 16 rows",
                        "no threshold (too few calibration samples: 4, at least 19 are needed)")
                .doesNotContain("Infinity", "keeps");
        assertThat(scored(ood).column("verdict")).containsOnly("in");
        Cli json = Cli.run("fit", "-d", "knn", "-f", few, "-o", at("d.stray"), "--json", "--quiet");
        assertThat(json.err()).isEmpty();
        assertThat(json.json().getString("threshold")).isEqualTo("-Infinity");
        assertThat(json.json().getArray("notes")).hasSize(1);
    }

    @Test
    void summaries_ofOneAndOfMany_areGrammatical() throws IOException {
        Path one = Clusters.around(1, DIMENSION, 1).npy(at("one.npy"));
        Cli fit = Cli.run("fit", "-d", "knn", "-f", one, "-o", at("d.stray"), "--calibration", "none");
        assertThat(fit.out()).contains("fitted on 1 row of");
        assertThat(Cli.done("score", "-D", at("d.stray"), "-f", one, "-o", at("s.csv"))
                        .out())
                .contains(": 1 sample scored");
        assertThat(Cli.done("score", "-D", at("d.stray"), "-f", test, "-o", at("s.csv"))
                        .out())
                .contains(": 90 samples scored");
        Path other = Clusters.around(1, DIMENSION, 2).npy(at("other.npy"));
        assertThat(Cli.run("fit", "-d", "knn", "-f", train, "--calibration", other, "-o", at("d.stray"))
                        .err())
                .contains("1 calibration sample is too few");
    }

    @Test
    void fit_summary_showsTheDetectorAsItWasWritten() throws IOException {
        assertThat(Cli.done("fit", "-d", "knn:k=5", "-f", train, "-o", at("d.stray"))
                        .out())
                .contains(": knn:k=5 fitted on 128 rows", "from 32 calibration samples");
        assertThat(Cli.done("fit", "-d", "knn:k=5", "-f", train, "-o", at("d.stray"), "--json")
                        .json()
                        .getObject("options"))
                .containsKeys("k", "aggregate", "distance");
        assertThat(Cli.done("score", "-D", at("d.stray"), "-f", test, "--json")
                        .json()
                        .getString("detector"))
                .contains("knn:k=5", "aggregate=mean");
    }

    @Test
    void fit_onLogitsOfAFileWithFeaturesAlone_worksAndSaysSo() throws IOException {
        Path features = TRAIN.safetensors(at("f.safetensors"), "net-a");
        Object[] command = {"fit", "-d", "mahalanobis:on=logits", "-f", features, "-o", at("d.stray")};
        Cli fit = Cli.run(command);
        assertThat(fit.code()).isZero();
        assertThat(fit.err())
                .contains("note: " + features + " has no layer 'logits'; its only layer 'features' is taken for it");
        Path labels = TRAIN.labelsNpy(at("labels.npy"));
        Cli.done("fit", "-d", "mahalanobis:on=logits", "-f", train, "--labels", labels, "-o", at("d.stray"));
        Cli.done("fit", "-d", "mahalanobis", "-f", features, "-o", at("d.stray"));
    }

    @Test
    void evaluate_ofOurOtherFiles_saysWhatTheyAre() throws IOException {
        fitted();
        Path features = TRAIN.safetensors(at("f.safetensors"), "net-a");
        assertThat(Cli.refused("evaluate", "--id", at("d.stray"), "--ood", at("d.stray")))
                .contains("d.stray", "is a fitted detector, not scores", "stray score -D");
        assertThat(Cli.refused("evaluate", "--id", features, "--ood", features))
                .contains("f.safetensors", "holds features, not scores", "stray score -D D.stray -f");
        assertThat(Cli.refused("evaluate", "--id", at("none.stray"), "--ood", features))
                .contains("no such file");
    }

    @Test
    void evaluate_higherIs_namesItsValuesInLowerCase() {
        assertThat(Cli.refused("evaluate", "--id", "a.csv", "--ood", "b.csv", "--higher-is", "odd"))
                .contains("--higher-is", "there is no 'odd'; did you mean 'ood'? Valid are: id, ood");
    }

    @Test
    void fit_featuresWithoutRows_areRefused() throws IOException {
        Path none = Clusters.around(0, DIMENSION, 1).npy(at("none.npy"));
        assertThat(Cli.refused("fit", "-d", "knn", "-f", none, "-o", at("d.stray")))
                .contains("none");
        fitted();
        assertThat(scored(none).rows()).isEmpty();
    }

    @Test
    void features_withNan_nameTheSample() throws IOException {
        Path broken = TEST.with(7, 2, Float.NaN).npy(at("broken.npy"));
        fitted();
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", broken))
                .contains("sample '7'", "NaN", "dimension 2", "'broken'");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", broken, "-o", at("e.stray")))
                .contains("sample '7'");
        Path infinite = TEST.with(3, 0, Float.POSITIVE_INFINITY).safetensors(at("inf.safetensors"), "net");
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", infinite, "-o", at("s.csv")))
                .contains("sample 'sample-3'");
        assertThat(at("e.stray")).doesNotExist();
        assertThat(at("s.csv")).doesNotExist();
    }

    @Test
    void score_ofAnotherDimension_saysBoth() throws IOException {
        fitted();
        Path wide = Clusters.around(5, DIMENSION + 1, 1).npy(at("wide.npy"));
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", wide))
                .contains("dimension 7", "dimension 6")
                .doesNotContain("--assume-same-space");
    }

    @Test
    void score_ofAnotherSpace_needsTheUsersWord() throws IOException {
        Path a = TRAIN.safetensors(at("a.safetensors"), "net-a");
        Path b = TEST.safetensors(at("b.safetensors"), "net-b");
        Cli.done("fit", "-d", "knn", "-f", a, "-o", at("d.stray"));
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", b))
                .contains("net-a", "net-b", "--assume-same-space");
        assertThat(scored(b, "--assume-same-space").rows()).hasSize(90);
        assertThat(scored(test).rows()).as("a file that names no space").hasSize(90);
        assertThat(Cli.refused("fit", "-d", "knn", "-f", a, "-o", at("e.stray"), "--calibration", b))
                .contains("net-a", "net-b", "--assume-same-space");
        Cli.done("fit", "-d", "knn", "-f", a, "-o", at("e.stray"), "--calibration", b, "--assume-same-space");
    }

    @Test
    void options_withoutEffect_areRefused() {
        assertThat(Cli.refused(
                        "fit", "-d", "knn", "-f", train, "--calibration", "none", "--tpr", "0.9", "-o", at("e.stray")))
                .contains("--tpr 0.9", "--calibration none");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "-m", "stray-mini", "-o", at("e.stray")))
                .contains("-m stray-mini", "leave -m out");
        fitted();
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "-m", "stray-mini"))
                .contains("-m stray-mini", "leave -m out");
        assertThat(at("e.stray")).doesNotExist();
    }

    @Test
    void mahalanobis_withoutLabels_saysWhatToDo() {
        assertThat(Cli.refused("fit", "-d", "mahalanobis", "-f", train, "-o", at("d.stray")))
                .contains("needs labels", "--labels FILE.npy", "one folder a class");
    }

    @Test
    void labels_ofAnotherLength_areRefused() throws IOException {
        Path labels = TEST.labelsNpy(at("labels.npy"));
        assertThat(Cli.refused("fit", "-d", "mahalanobis", "-f", train, "--labels", labels, "-o", at("d.stray")))
                .contains("90 labels for 160 rows");
    }

    @Test
    void output_ofSomebodyElse_isKeptUnlessForced() throws IOException {
        Files.writeString(at("thesis.stray"), "years of work");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "-o", at("thesis.stray")))
                .contains("was not written by Stray", "--force");
        assertThat(at("thesis.stray")).hasContent("years of work");
        Cli.done("fit", "-d", "knn", "-f", train, "-o", at("thesis.stray"), "--force");
        Cli.done("fit", "-d", "knn", "-f", train, "-o", at("thesis.stray"));
        Files.writeString(at("mine.csv"), "name,mark\n");
        assertThat(Cli.refused("score", "-D", at("thesis.stray"), "-f", test, "-o", at("mine.csv")))
                .contains("--force");
        Cli.done("score", "-D", at("thesis.stray"), "-f", test, "-o", at("mine.csv"), "--force");
    }

    @Test
    void output_thatCannotBe_isRefusedBeforeTheWork() throws IOException {
        Path features = TRAIN.safetensors(at("train.safetensors"), "net");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", features, "-o", folder))
                .contains("is a folder");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", at("missing.npy"), "-o", at("no/such/d.stray")))
                .contains("there is no folder " + at("no/such"));
        assertThat(Cli.refused("fit", "-d", "knn", "-f", features, "-o", features, "--force"))
                .contains("would replace a file that is read");
        fitted();
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "-o", at("s.txt")))
                .contains(".csv or .jsonl");
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "-o", folder))
                .contains("is a folder");
    }

    @Test
    void input_thatIsNotThere_isNamed() {
        fitted();
        String missing = at("missing.npy").toString();
        assertThat(Cli.refused("fit", "-d", "knn", "-f", missing, "-o", at("e.stray")))
                .contains("no such file", missing);
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", missing)).contains("no such file", missing);
        assertThat(Cli.refused("score", "-D", at("x.stray"), "-f", test)).contains("no such file", "x.stray");
        assertThat(Cli.refused("evaluate", "--id", at("x.csv"), "--ood", at("y.csv")))
                .contains("no such file", "x.csv");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", folder, "-o", at("e.stray")))
                .contains(folder.toString());
        assertThat(Cli.refused("evaluate", "--id", folder, "--ood", folder)).contains("is a folder");
    }

    @Test
    void options_thatContradict_areRefused() {
        fitted();
        assertThat(Cli.refused("fit", "-d", "knn", "-o", at("e.stray"))).contains("either -f", "-i");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "-i", folder, "-o", at("e.stray")))
                .contains("either -f");
        assertThat(Cli.refused("fit", "-d", "knn", "-i", folder, "-o", at("e.stray")))
                .contains("-m");
        assertThat(Cli.refused("score", "-D", at("d.stray"))).contains("either -f", "-i");
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "--limit", 3))
                .contains("--limit");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "--per-class", 3, "-o", at("e.stray")))
                .contains("--per-class");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "--tpr", "1.5", "-o", at("e.stray")))
                .contains("1.5");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "--calibration", "split:x", "-o", at("e.stray")))
                .contains("split:x");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "--calibration", "split:1", "-o", at("e.stray")))
                .contains("between 0 and 1");
        assertThat(Cli.refused(
                        "fit", "-d", "knn", "-f", at("missing.npy"), "--calibration", "splt", "-o", at("e.stray")))
                .contains("--calibration 'splt' is neither");
        assertThat(Cli.refused(
                        "fit", "-d", "knn", "-f", at("missing.npy"), "--calibration", at("c.npy"), "-o", at("e.stray")))
                .contains("c.npy: no such file");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", "", "-o", at("e.stray")))
                .contains("-f", "is empty");
        assertThat(Cli.refused("fit", "-d", "knn:k=500", "-f", train, "-o", at("e.stray")))
                .contains("500");
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "--neighbours", 1000))
                .contains("1000");
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "--neighbours", -1))
                .contains("-1");
        assertThat(at("e.stray")).doesNotExist();
    }

    @Test
    void fit_noGallery_refusesNeighbours() {
        Cli.done("fit", "-d", "knn", "-f", train, "-o", at("d.stray"), "--no-gallery");
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test, "--neighbours", 2))
                .contains("was fitted with --no-gallery");
        assertThat(scored(test).rows()).hasSize(90);
    }

    @Test
    void detector_thatIsDamaged_saysHow() throws IOException {
        byte[] whole = Files.readAllBytes(fitted());
        Files.write(at("d.stray"), Arrays.copyOf(whole, whole.length - 40));
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test)).contains("d.stray", "truncated");
        byte[] flipped = whole.clone();
        flipped[flipped.length - 9] ^= 0x40;
        Files.write(at("d.stray"), flipped);
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test)).contains("d.stray", "damaged");
        Files.writeString(at("d.stray"), "not a detector at all, really not");
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test)).contains("d.stray");
        Files.write(at("d.stray"), new byte[0]);
        assertThat(Cli.refused("score", "-D", at("d.stray"), "-f", test)).contains("d.stray");
        Path features = TRAIN.safetensors(at("f.safetensors"), "net");
        assertThat(Cli.refused("score", "-D", features, "-f", test)).contains("f.safetensors", "detector");
        assertThat(Cli.refused("fit", "-d", "knn", "-f", at("d.stray"), "-o", at("e.stray")))
                .contains("d.stray");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npz", "x.pt", "x.pkl"})
    void foreignFormats_areNamedWithThePythonThatConvertsThem(String name) throws IOException {
        Files.write(at(name), "PK\3\4".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Cli.refused("fit", "-d", "knn", "-f", at(name), "-o", at("e.stray")))
                .contains(name, "import ", "np.save");
    }

    @Test
    void fit_twice_scoresAlike() throws IOException, JsonParserException {
        fitted();
        ScoreRows first = scored(ood);
        fitted();
        assertThat(scored(ood)).isEqualTo(first);
    }

    @Test
    void fit_calibratedOnItsTrainingFeatures_isRefusedAndWritesNothing() {
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "--calibration", train, "-o", at("d.stray")))
                .contains("160 of the 160 calibration rows")
                .contains("calibrate on others");
        assertThat(at("d.stray")).doesNotExist();
    }

    @Test
    void fit_outputOfAnotherKind_isRefused() {
        assertThat(Cli.refused("fit", "-d", "knn", "-f", train, "-o", at("scores.csv")))
                .contains("-o must name a .stray file");
    }

    @Test
    void evaluate_wholeFileWithSets_saysThatAllCountAsId() throws IOException {
        Files.writeString(at("sets.csv"), "id,score,set\na,1,id\nb,2,id\nc,0,noise\n");
        Cli whole = Cli.run("evaluate", "--id", at("sets.csv"), "--ood", at("sets.csv") + "#noise");
        assertThat(whole.err()).contains("all sets of").contains("id, noise");
        Cli both = Cli.run("evaluate", "--id", at("sets.csv") + "#id", "--ood", at("sets.csv"));
        assertThat(both.err()).contains("count as OOD");
        Cli one = Cli.done("evaluate", "--id", at("sets.csv") + "#id", "--ood", at("sets.csv") + "#noise");
        assertThat(one.out()).contains("ID: id, n = 2");
    }
}
