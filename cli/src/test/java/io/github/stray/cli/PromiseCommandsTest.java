// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a threshold promises: {@code fit --confidence}, {@code score --fdr}. */
class PromiseCommandsTest {
    private static final int DIMENSION = 6;

    @TempDir
    Path folder;

    private Path at(String name) {
        return folder.resolve(name);
    }

    private Path features(String name, int count, long seed) throws IOException {
        return Clusters.around(count, DIMENSION, seed).npy(at(name));
    }

    @Test
    void fit_averagePromise_saysTheRangeOfItsThreshold() throws IOException {
        Path train = features("train.npy", 100, 1);
        Cli fitted = Cli.done("fit", "-d", "knn", "-f", train, "-o", at("d.stray"));
        assertThat(fitted.out())
                .contains(
                        "keeps 95.00 % of ID on average (86.1 % to 99.7 %, 9 times in 10), from 20 calibration samples");
        JsonObject document = Cli.done("fit", "-d", "knn", "-f", train, "-o", at("d.stray"), "--json")
                .json();
        assertThat(document.getObject("keep_rate").getDouble("mean")).isEqualTo(20 / 21.0);
        assertThat(document.getObject("keep_rate").getDouble("low")).isCloseTo(Math.pow(0.05, 0.05), within(1e-12));
        assertThat(document.getObject("keep_rate").getDouble("high")).isCloseTo(Math.pow(0.95, 0.05), within(1e-12));
        assertThat(document).doesNotContainKey("confidence");
        Cli scored = Cli.done("score", "-D", at("d.stray"), "-f", train, "-o", at("s.csv"));
        assertThat(scored.out()).contains(" out; threshold ", "(86.1 % to 99.7 %, 9 times in 10)");
    }

    @Test
    void fit_confidence_setsALowerThresholdAndScoresByIt() throws IOException {
        Path train = features("train.npy", 160, 1);
        Path held = features("held.npy", 200, 9);
        Cli fitted = Cli.done(
                "fit", "-d", "knn", "-f", train, "--calibration", held, "--confidence", "0.95", "-o", at("d.stray"));
        assertThat(fitted.out()).contains("keeps at least 95.00 % of ID with confidence 95.00 % (");
        double[] sorted = ScoreRows.parse(Cli.done("score", "-D", at("d.stray"), "-f", held, "--quiet")
                        .out())
                .scores();
        Arrays.sort(sorted);
        JsonObject document =
                Cli.done("score", "-D", at("d.stray"), "-f", held, "--json").json();
        // SciPy: the fifth smallest of 200 is the largest rank with P(Beta(196, 5) < 0.95) <= 0.05
        assertThat(document.getDouble("threshold")).isEqualTo(sorted[4]);
        assertThat(document.getDouble("confidence")).isEqualTo(0.95);
        assertThat(document.getInt("out")).isEqualTo(4);
    }

    @Test
    void fit_confidenceThatTooFewCanGive_saysHowManyAreNeeded() throws IOException {
        Path train = features("train.npy", 100, 1);
        Cli refused = Cli.run("fit", "-d", "knn", "-f", train, "--confidence", "0.95", "-o", at("d.stray"));
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err())
                .contains(
                        "keeping 0.95 of ID samples with confidence 0.95 takes at least 59 calibration samples, there are 20",
                        "--calibration split:0.5");
        assertThat(at("d.stray")).doesNotExist();
    }

    @Test
    void fit_confidenceOutOfRangeOrWithoutCalibration_isRefused() throws IOException {
        Path train = features("train.npy", 100, 1);
        assertThat(Cli.run("fit", "-d", "knn", "-f", train, "--confidence", "1", "-o", at("d.stray"))
                        .err())
                .contains("--confidence must lie strictly between 0 and 1, was 1.0");
        assertThat(Cli.run(
                                "fit",
                                "-d",
                                "knn",
                                "-f",
                                train,
                                "--confidence",
                                "0.9",
                                "--calibration",
                                "none",
                                "-o",
                                at("d.stray"))
                        .err())
                .contains("--confidence 0.9 sets the threshold, and --calibration none sets none");
    }

    @Test
    void score_fdr_verdictsAreTheProceduresAndScoresStay() throws IOException {
        Path train = features("train.npy", 500, 1);
        Cli.done("fit", "-d", "knn", "-f", train, "-o", at("d.stray"), "--quiet");
        Path far = Clusters.anywhere(40, DIMENSION, 3).npy(at("far.npy"));
        ScoreRows plain = ScoreRows.parse(
                Cli.done("score", "-D", at("d.stray"), "-f", far, "--quiet").out());
        Cli judged = Cli.run("score", "-D", at("d.stray"), "-f", far, "--fdr", "0.2", "-o", at("s.csv"));
        assertThat(judged.code()).isEqualTo(ExitCode.DONE);
        ScoreRows rows = ScoreRows.read(at("s.csv"));
        assertThat(rows.column("score")).isEqualTo(plain.column("score"));
        List<Double> p = rows.column("p_value").stream().map(Double::valueOf).toList();
        List<Double> sorted = p.stream().sorted().toList();
        double cut = 0;
        for (int i = 1; i <= 40; i++) {
            cut = sorted.get(i - 1) <= 0.2 * i / 40 ? sorted.get(i - 1) : cut;
        }
        assertThat(cut).isGreaterThan(0);
        for (int i = 0; i < 40; i++) {
            assertThat(rows.column("verdict").get(i)).isEqualTo(p.get(i) <= cut ? "out" : "in");
        }
        assertThat(rows.column("verdict")).isNotEqualTo(plain.column("verdict"));
        assertThat(judged.out()).contains("of those out at most 20.00 % are expected to be ID");
        assertThat(judged.err())
                .contains(
                        "note: with 100 calibration samples the smallest p-value is 0.00990, above 0.2 / 40: no sample can be called out alone, only 2 or more together");
    }

    @Test
    void score_fdrBeyondTheCalibration_saysThatNoneCanBeOut() throws IOException {
        Path train = features("train.npy", 100, 1);
        Cli.done("fit", "-d", "knn", "-f", train, "-o", at("d.stray"), "--quiet");
        Path far = Clusters.anywhere(60, DIMENSION, 3).npy(at("far.npy"));
        Cli judged = Cli.run("score", "-D", at("d.stray"), "-f", far, "--fdr", "0.01", "--json");
        assertThat(judged.json().getInt("out")).isZero();
        assertThat(judged.json().getDouble("fdr")).isEqualTo(0.01);
        assertThat(judged.err()).contains("none of them can be called out; calibrate on more");
        assertThat(Cli.run("score", "-D", at("d.stray"), "-f", far, "--fdr", "0")
                        .err())
                .contains("--fdr must lie strictly between 0 and 1, was 0.0");
        Cli.done("fit", "-d", "knn", "-f", train, "--calibration", "none", "-o", at("u.stray"), "--quiet");
        Cli refused = Cli.run("score", "-D", at("u.stray"), "-f", far, "--fdr", "0.1");
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("fitted without calibration", "stray calibrate -D ");
    }
}
