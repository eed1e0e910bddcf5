// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score --report}: a page with pictures. */
class ScorePageTest {
    @TempDir
    Path folder;

    private Path at(String name) {
        return folder.resolve(name);
    }

    private static int pictures(Path page) throws IOException {
        return Files.readString(page).split("data:image/png", -1).length - 1;
    }

    @Test
    void score_imagesWithReport_showsThemWithTheirNeighbours() throws IOException {
        Path signs = Images.signs(at("signs"), 6);
        Path textures = Images.textures(at("textures"), 2);
        Cli.done("fit", "-d", "knn", "-m", "stray-mini", "-i", signs, "-o", at("d.stray"), "--quiet");
        Cli plain = Cli.done("score", "-D", at("d.stray"), "-i", textures, "--quiet");
        Cli done = Cli.done("score", "-D", at("d.stray"), "-i", textures, "--report", at("page.html"), "--quiet");
        // The scores are as without it: no columns of neighbours.
        assertThat(done.out()).isEqualTo(plain.out());
        String page = Files.readString(at("page.html"));
        assertThat(page)
                .contains("Rejected", "Typical", "Nearest training images", "textures")
                .doesNotContain("no picture");
        int rows = (int) plain.out().lines().count() - 1;
        assertThat(pictures(at("page.html"))).isGreaterThanOrEqualTo(rows * 4);

        // The training images have moved: their ids stand there, or they are found under --pictures.
        Path moved = Files.move(signs, at("moved"));
        Cli without =
                Cli.run("score", "-D", at("d.stray"), "-i", textures, "--report", at("page.html"), "-o", at("s.csv"));
        assertThat(without.code()).isEqualTo(ExitCode.DONE);
        assertThat(without.err()).contains("note: no pictures from " + signs);
        assertThat(Files.readString(at("page.html"))).contains("no picture");
        Cli.done(
                "score",
                "-D",
                at("d.stray"),
                "-i",
                textures,
                "--report",
                at("page.html"),
                "--pictures",
                moved,
                "--quiet");
        assertThat(Files.readString(at("page.html"))).doesNotContain("no picture");
    }

    @Test
    void score_featuresWithReport_namesIds() throws IOException {
        Path train = Clusters.around(160, 6, 1).safetensors(at("train.safetensors"), "net");
        Path far = Clusters.anywhere(30, 6, 3).npy(at("far.npy"));
        Cli.done("fit", "-d", "knn", "-f", train, "-o", at("d.stray"), "--quiet");
        Cli.done("score", "-D", at("d.stray"), "-f", far, "-o", at("s.csv"), "--report", at("page.html"));
        assertThat(Files.readString(at("page.html"))).contains("sample-", "far", "no picture");
        assertThat(Files.readString(at("s.csv")).lines().findFirst()).hasValue("id,score,verdict,p_value");
        assertThat(Cli.run("score", "-D", at("d.stray"), "-f", far, "--pictures", folder)
                        .err())
                .contains("--pictures are those of --report PAGE.html");
        assertThat(Cli.run("score", "-D", at("d.stray"), "-f", far, "--report", at("page.txt"))
                        .err())
                .contains(".html");
    }
}
