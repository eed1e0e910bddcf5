// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome home = new FreshHome(() -> folder.resolve("home"));

    private Path photos = Path.of("");

    /** Signs in one folder, three textures among them, a copy in another format, a black picture and a broken file. */
    @BeforeEach
    void draw() throws IOException {
        photos = Files.createDirectories(folder.resolve("my photos"));
        int number = 0;
        for (Path sign : files(Images.signs(folder.resolve("signs"), 12))) {
            Files.copy(sign, photos.resolve("sign %03d.png".formatted(number++)));
        }
        for (Path texture :
                files(Images.textures(folder.resolve("textures"), 1)).subList(0, 3)) {
            Files.copy(texture, photos.resolve("texture %d.png".formatted(number++)));
        }
        ImageIO.write(
                ImageIO.read(photos.resolve("sign 007.png").toFile()),
                "bmp",
                photos.resolve("copy.bmp").toFile());
        ImageIO.write(
                new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB),
                "png",
                photos.resolve("black.png").toFile());
        Files.writeString(photos.resolve("broken.jpg"), "no image");
    }

    private static List<Path> files(Path set) throws IOException {
        try (Stream<Path> files = Files.walk(set)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private Path out() {
        return folder.resolve("inspected");
    }

    private Object[] arguments(Object... more) {
        var all =
                new ArrayList<Object>(List.of("inspect", photos, "-m", "stray-mini", "-o", out(), "--json", "--quiet"));
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }

    private List<String> names(String list) throws IOException {
        List<String> lines = Files.readAllLines(out().resolve(list));
        assertThat(lines.getFirst()).isEqualTo("#input\t" + photos.toAbsolutePath());
        return lines.stream().skip(1).toList();
    }

    private static Set<String> ids(JsonArray rows) {
        return rows.stream().map(row -> ((JsonObject) row).getString("id")).collect(Collectors.toSet());
    }

    private static JsonObject partly(Cli result) {
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        return result.json();
    }

    @Test
    void inspect_oneFolder_findsWhatDoesNotBelong() throws IOException {
        JsonObject document = partly(Cli.run(arguments()));
        int n = 12 * 8 + 3 + 2;
        assertThat(document.getInt("n")).isEqualTo(n);
        assertThat(document.getString("extractor")).isEqualTo("stray-mini");
        assertThat(ids(document.getArray("failed"))).containsExactly("broken.jpg");
        JsonArray ranking = document.getArray("ranking");
        assertThat(ranking).hasSize(n);
        assertThat(ranking.stream().limit(5).map(row -> ((JsonObject) row).getString("id")))
                .contains("texture 96.png", "texture 97.png", "texture 98.png");
        assertThat(ids(document.getArray("spoilt"))).contains("black.png");
        JsonObject copies = (JsonObject) document.getArray("copies").getFirst();
        assertThat(copies.getString("keep")).isEqualTo("copy.bmp");
        assertThat(copies.getArray("drop")).hasSize(1);
        assertThat(copies.getArray("drop").getObject(0).getString("id")).isEqualTo("sign 007.png");
        assertThat(copies.getArray("drop").getObject(0).getString("kind")).isEqualTo("exact");
        Set<String> strangers = ids(document.getArray("strangers"));
        Set<String> grouped = document.getArray("groups").stream()
                .flatMap(group -> ((JsonObject) group).getArray("ids").stream())
                .map(Object::toString)
                .collect(Collectors.toSet());
        assertThat(grouped).isEqualTo(strangers);
        assertThat(names("strangers.tsv")).containsExactlyInAnyOrderElementsOf(strangers);
        assertThat(names("copies.tsv")).containsExactly("sign 007.png");
        assertThat(names("clean.tsv"))
                .hasSize(n - 1 - strangers.size())
                .doesNotContain("sign 007.png", "broken.jpg")
                .contains("copy.bmp", "black.png");
        List<String> rows = Files.readAllLines(out().resolve("ranking.csv"));
        assertThat(rows).hasSize(n + 1);
        assertThat(rows.getFirst())
                .startsWith("id,score,rank,nearest_1,similarity_1,")
                .endsWith("nearest_5,similarity_5");
        assertThat(rows.get(1)).matches("[^,]+,-[0-9.]+,1(,[^,]+,[0-9.]+){5}");
        assertThat(Files.readString(out().resolve("report.html")))
                .contains("Inspection of a set", "my photos", "Exact copies: 1", "data-kind=\"dark\"", "broken.jpg");
        // A list is an input for any command.
        JsonObject again = Cli.done(
                        "inspect",
                        out().resolve("clean.tsv"),
                        "-m",
                        "stray-mini",
                        "-o",
                        folder.resolve("again"),
                        "--json",
                        "--quiet")
                .json();
        assertThat(again.getInt("n")).isEqualTo(n - 1 - strangers.size());
        assertThat(again.getArray("copies")).isEmpty();
    }

    @Test
    void inspect_words_nameTheGroups() throws IOException {
        Path words = Files.writeString(folder.resolve("words.txt"), "traffic light\nbrick wall\n");
        JsonObject document = partly(Cli.run(arguments("--classes", words, "--clump", "0.1")));
        List<String> names = document.getArray("groups").stream()
                .map(group -> ((JsonObject) group).getString("name"))
                .toList();
        assertThat(names)
                .isNotEmpty()
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("(traffic light|brick wall)( \\d+)?"));
    }

    @Test
    void inspect_decisions_holdForTheNextRun() throws IOException {
        partly(Cli.run(arguments()));
        Path decisions = Files.writeString(
                folder.resolve("saved.tsv"),
                "#stray-inspect-decisions\t1\nexact-copy\timages\tsign 007.png\tkeep\tcopy.bmp\ndark\timages\tblack.png\tremove\n");
        JsonObject written = Cli.done("inspect", "--decisions", decisions, "-o", out(), "--json")
                .json();
        assertThat(written.getArray("lists")).hasSize(3);
        assertThat(names("clean.tsv")).contains("sign 007.png").doesNotContain("black.png");
        assertThat(names("copies.tsv")).isEmpty();

        // The folder grows; what was dismissed does not come back.
        Files.copy(photos.resolve("sign 009.png"), photos.resolve("another.png"));
        partly(Cli.run(arguments()));
        assertThat(names("copies.tsv")).containsExactly("sign 009.png");
        assertThat(names("clean.tsv")).contains("sign 007.png").doesNotContain("black.png");
        String page = Files.readString(out().resolve("report.html"));
        assertThat(page).contains("Exact copies: 1", "1 finding is dismissed before and not shown");
        assertThat(page).containsPattern("(?s)id=\"remembered\">exact-copy\timages\tsign 007.png\tkeep\tcopy.bmp<");
    }

    @Test
    void inspect_apply_movesAsideAndUndoPutsBack() throws IOException {
        List<Path> before = files(photos);
        Path aside = folder.resolve("aside");
        partly(Cli.run(arguments("--apply", "move:" + aside)));
        assertThat(files(aside)).contains(aside.resolve("sign 007.png"));
        assertThat(photos.resolve("sign 007.png")).doesNotExist();
        assertThat(files(photos).size() + files(aside).size()).isEqualTo(before.size());
        Path log = out().resolve("applied.tsv");
        assertThat(log).exists();
        assertThat(Cli.done("inspect", "--undo", log).out()).contains("put back");
        assertThat(files(photos)).isEqualTo(before);
        assertThat(files(aside)).isEmpty();
        assertThat(log).doesNotExist();

        Path links = folder.resolve("links");
        Cli.done(
                "inspect",
                "--decisions",
                Files.writeString(folder.resolve("none.tsv"), "#stray-inspect-decisions\t1\n"),
                "-o",
                out(),
                "--apply",
                "link:" + links);
        assertThat(links.resolve("sign 007.png"))
                .isSymbolicLink()
                .hasSameBinaryContentAs(photos.resolve("sign 007.png"));
        Cli.done("inspect", "--undo", log);
        assertThat(links.resolve("sign 007.png")).doesNotExist();
        assertThat(files(photos)).isEqualTo(before);
    }

    @Test
    void inspect_undoWhereAnotherFileLies_leavesItAndSaysSo() throws IOException {
        Path aside = folder.resolve("aside");
        partly(Cli.run(arguments("--apply", "move:" + aside)));
        Files.writeString(photos.resolve("sign 007.png"), "mine");
        Path log = out().resolve("applied.tsv");
        Cli undone = Cli.run("inspect", "--undo", log);
        assertThat(undone.code()).isEqualTo(ExitCode.FAILED);
        assertThat(undone.err()).contains("not put back").contains("another file lies at");
        assertThat(photos.resolve("sign 007.png")).hasContent("mine");
        assertThat(aside.resolve("sign 007.png")).exists();
        Files.delete(photos.resolve("sign 007.png"));
        Cli.done("inspect", "--undo", log);
        assertThat(photos.resolve("sign 007.png")).exists();
    }

    @Test
    void inspect_classFolders_areUsed() throws IOException {
        Path signs = folder.resolve("signs");
        List<Path> all = files(signs);
        // A sign of the last class lies in the first one.
        Path moved = all.getFirst().resolveSibling("moved.png");
        Files.move(all.getLast(), moved);
        JsonObject document = Cli.done("inspect", signs, "-m", "stray-mini", "-o", out(), "--json", "--quiet")
                .json();
        assertThat(document.getArray("apart")).isEmpty();
        assertThat(document.getArray("shortcuts")).isNotEmpty();
        JsonObject shortcut = document.getArray("shortcuts").getObject(0);
        assertThat(shortcut.getDouble("auroc")).isBetween(0.5, 1.0);
        assertThat(shortcut.getArray("ci95")).hasSize(2);
        Set<String> doubted = ids(document.getArray("labels"));
        List<Object> within = document.getObject("also").getArray("class_strangers");
        assertThat(doubted.contains(signs.relativize(moved).toString())
                        || within.contains(signs.relativize(moved).toString()))
                .isTrue();
        assertThat(Files.readString(out().resolve("report.html"))).contains("Shortcuts between classes");
        assertThat(Files.readAllLines(out().resolve("clean.tsv")).get(1)).contains("\t");
    }

    @Test
    void inspect_defaultExtractor_isSaidFirst() throws IOException {
        Cli result = Cli.run("inspect", photos, "-o", out(), "--limit", "10");
        assertThat(result.err().lines().findFirst().orElseThrow())
                .isEqualTo(
                        "extractor stray-mini: the best that is installed and fits a laptop, though its ranking is weak; 'stray models add dinov2-small' fetches a better one");
        assertThat(result.out()).contains("strangers", "vouch for others; it takes 20", "report:");
    }

    @Test
    void inspect_badArguments_areRefused() throws IOException {
        assertThat(Cli.refused("inspect")).contains("say what to inspect");
        assertThat(Cli.refused("inspect", photos, "--clump", "0.7", "-o", out()))
                .contains("--clump must be over 0 and at most 0.5, was 0.7");
        assertThat(Cli.refused("inspect", photos, "--apply", "delete", "-o", out()))
                .contains("--apply: expected move:DIR or link:DIR, got 'delete'");
        assertThat(Cli.refused("inspect", "--undo", out(), "-m", "stray-mini")).contains("--undo does not go with -m");
        assertThat(Cli.refused("inspect", "--decisions", folder.resolve("none"), "-o", out()))
                .contains("there is no inspection in");
        Path taken = Files.createDirectories(folder.resolve("taken"));
        Files.writeString(taken.resolve("letter.txt"), "x");
        assertThat(Cli.refused("inspect", photos, "-m", "stray-mini", "-o", taken))
                .contains("holds no inspection", "--force");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThat(Cli.run("inspect", empty, "-m", "stray-mini", "-o", out()).code())
                .isNotZero();
        assertThat(Files.exists(out())).isFalse();
        Path log = Files.writeString(folder.resolve("log.tsv"), "anything\n");
        assertThat(Cli.refused("inspect", "--undo", log)).contains("line 1: expected '#stray-applied");
        Files.writeString(folder.resolve("bad.tsv"), "#stray-inspect-decisions\t1\nnonsense\n");
        assertThat(Cli.refused(
                        "inspect", photos, "-m", "stray-mini", "-o", out(), "--decisions", folder.resolve("bad.tsv")))
                .contains("line 2: expected");
    }

    @Test
    void inspect_imagesInsideAnArchive_cannotBePutAside() throws IOException {
        Path zip = Images.zip(photos, folder.resolve("photos.zip"));
        Cli result = Cli.run(
                "inspect",
                zip,
                "-m",
                "stray-mini",
                "-o",
                out(),
                "--quiet",
                "--apply",
                "move:" + folder.resolve("aside"));
        assertThat(result.code()).isNotZero();
        assertThat(result.err()).contains("is no file of its own");
        assertThat(folder.resolve("aside")).doesNotExist();
    }
}
