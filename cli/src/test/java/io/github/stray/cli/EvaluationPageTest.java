// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --report}: a page on scores that are there. */
class EvaluationPageTest {
    @TempDir
    private Path folder;

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("page.html"));
    }

    @BeforeEach
    void scores() throws IOException {
        Files.writeString(folder.resolve("good.csv"), "id,score,verdict\na.png,0.9,in\nb.png,0.8,in\nc.png,0.1,out\n");
        Files.writeString(folder.resolve("bad.csv"), "id,score\nx.png,0.85\ny.png,0.2\n");
    }

    @Test
    void report_scoresWithAndWithoutVerdicts_isAPageBesideTheTable() throws IOException {
        Cli done = Cli.done("evaluate", "--id", at("good.csv"), "--ood", at("bad.csv"), "--report", at("page.html"));
        assertThat(done.out()).contains("bad", "0.6667");
        assertThat(page())
                .contains("good against bad", "Most confused", "x.png", "c.png", "66.7")
                .contains("evaluate --id");
        // Whatever is written, the numbers are the same.
        assertThat(Cli.done("evaluate", "--id", at("good.csv"), "--ood", at("bad.csv"))
                        .out())
                .isEqualTo(done.out());
    }

    @Test
    void report_ofOneFileWithSets_takesNamesAndIdsOfTheSets() throws IOException {
        Files.writeString(
                folder.resolve("all.csv"), "id,score,set\na,0.9,good\nb,0.7,good\nx,0.2,noise\ny,0.8,noise\n");
        Cli.done(
                "evaluate",
                "--id",
                at("all.csv") + "#good",
                "--ood",
                at("all.csv") + "#noise",
                "--report",
                at("page.html"));
        assertThat(page()).contains("good against noise", ">y<", ">b<");
    }

    @Test
    void report_setsOfOneName_areTold() throws IOException {
        Files.createDirectories(folder.resolve("other"));
        Files.copy(folder.resolve("bad.csv"), folder.resolve("other/good.csv"));
        Cli.done("evaluate", "--id", at("good.csv"), "--ood", at("other/good.csv"), "--report", at("page.html"));
        assertThat(page()).contains("good (ID) against good");
    }

    @Test
    void report_higherIsOod_showsTheTurnedScores() throws IOException {
        Cli.done(
                "evaluate",
                "--id",
                at("bad.csv"),
                "--ood",
                at("good.csv"),
                "--higher-is",
                "ood",
                "--report",
                at("page.html"));
        assertThat(page()).contains("c.png", "\u22120.1000");
    }

    @Test
    void report_cannotBe_isSaidBeforeAnythingIsRead() throws IOException {
        String[] sides = {"evaluate", "--id", at("none.csv"), "--ood", at("bad.csv")};
        assertThat(refused(sides, "--report", at("page.txt"))).contains("--report", ".html");
        assertThat(refused(sides, "--pictures", at(""))).contains("--pictures are those of --report PAGE.html");
        Files.writeString(folder.resolve("mine.html"), "mine");
        assertThat(refused(sides, "--report", at("mine.html"))).contains("mine.html", "or give --force");
        assertThat(Files.readString(folder.resolve("mine.html"))).isEqualTo("mine");
        Files.copy(folder.resolve("bad.csv"), folder.resolve("bad.html"));
        assertThat(Cli.refused(
                        "evaluate",
                        "--id",
                        at("good.csv"),
                        "--ood",
                        at("bad.html"),
                        "--force",
                        "--report",
                        at("bad.html")))
                .contains("would replace a file that is read");
    }

    private static String refused(String[] sides, String option, String value) throws IOException {
        String[] all = Arrays.copyOf(sides, sides.length + 2);
        all[sides.length] = option;
        all[sides.length + 1] = value;
        return Cli.refused((Object[]) all);
    }
}
