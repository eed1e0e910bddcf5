// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome home = new FreshHome(() -> folder.resolve("home"));

    private Path id = Path.of("");
    private Path test = Path.of("");
    private Path ood = Path.of("");

    @BeforeEach
    void draw() throws IOException {
        id = Images.signs(folder.resolve("signs"), 12);
        test = Images.otherSigns(folder.resolve("tested"), 8);
        ood = Images.textures(folder.resolve("others"), 4);
    }

    private Path out() {
        return folder.resolve("audited");
    }

    private Object[] arguments(Object... more) {
        var all = new ArrayList<Object>(List.of(
                "audit",
                "-m",
                "stray-mini",
                "--id",
                id,
                "--id-test",
                test,
                "--ood",
                ood,
                "-o",
                out(),
                "--json",
                "--quiet"));
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }

    private static List<Path> files(Path set) throws IOException {
        try (Stream<Path> files = Files.walk(set)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** A sign, the same file, the same pixels in another file, and a mirror image, among the textures. */
    private void plant() throws IOException {
        Path beside = files(ood).getFirst();
        List<Path> signs = files(id);
        Files.copy(signs.get(3), beside.resolveSibling("same-file.png"));
        ImageIO.write(
                ImageIO.read(signs.get(3).toFile()),
                "bmp",
                beside.resolveSibling("third.bmp").toFile());
        BufferedImage image = ImageIO.read(signs.get(20).toFile());
        ImageIO.write(image, "bmp", beside.resolveSibling("same-pixels.bmp").toFile());
        BufferedImage turned = ImageIO.read(signs.get(30).toFile());
        var mirror = new BufferedImage(turned.getWidth(), turned.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < turned.getHeight(); y++) {
            for (int x = 0; x < turned.getWidth(); x++) {
                mirror.setRGB(turned.getWidth() - 1 - x, y, turned.getRGB(x, y));
            }
        }
        ImageIO.write(mirror, "png", beside.resolveSibling("mirror.png").toFile());
        Files.copy(files(test).get(5), beside.resolveSibling("inside.png"));
        Files.delete(files(test).get(5));
    }

    private static JsonArray findings(JsonObject document, String kind) {
        return document.getObject(kind).getArray("findings");
    }

    private static Stream<String> ids(JsonObject document, String kind, String set) {
        return findings(document, kind).stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("set").equals(set))
                .map(row -> row.getString("id"))
                .map(name -> name.substring(name.lastIndexOf('/') + 1));
    }

    private static List<String> names(Path list) throws IOException {
        return Files.readAllLines(list).stream()
                .skip(1)
                .map(line -> line.split("\t", 2)[0])
                .map(name -> name.substring(name.lastIndexOf('/') + 1))
                .toList();
    }

    @Test
    void audit_plantedImages_areFoundAndTakenOut() throws IOException {
        plant();
        JsonObject document = Cli.done(arguments()).json();
        assertThat(ids(document, "exact_duplicates", "ood"))
                .containsExactlyInAnyOrder("same-file.png", "third.bmp", "same-pixels.bmp");
        assertThat(ids(document, "near_duplicates", "ood")).containsExactly("mirror.png");
        // Signs among the textures; not all are recognised because 12 a class are few.
        assertThat(ids(document, "id_content", "ood"))
                .containsExactlyInAnyOrder("inside.png", "same-file.png", "third.bmp");
        JsonObject sameFile = findings(document, "exact_duplicates").stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("id").endsWith("same-file.png"))
                .findFirst()
                .orElseThrow();
        assertThat(sameFile.getBoolean("same_file")).isTrue();
        assertThat(((JsonObject) sameFile.getArray("beside").getFirst()).getString("id"))
                .isEqualTo(id.relativize(files(id).get(3)).toString());
        assertThat(names(out().resolve("clean-ood.tsv"))).hasSize(20).allMatch(name -> name.matches("000[0-3].png"));
        JsonObject saturation = document.getObject("saturation").getObject("ood");
        assertThat(saturation.getInt("n_id")).isEqualTo(63);
        assertThat(saturation.getDouble("auroc")).isCloseTo(0.868, within(0.02));
        assertThat(saturation.getString("detector")).isEqualTo("mahalanobis");
        assertThat(document.getObject("id_content").getDouble("recognised")).isCloseTo(43 / 63.0, within(2 / 63.0));
        String page = Files.readString(out().resolve("report.html"));
        assertThat(page).contains("Save clean-ood.tsv", "same-pixels.bmp", "class=\"take\"");

        // The cleaned list is an input: an audit of it finds nothing more to take out.
        Path again = folder.resolve("again");
        JsonObject second = Cli.done(
                        "audit",
                        "-m",
                        "stray-mini",
                        "--id",
                        out().resolve("clean-id.tsv"),
                        "--id-test",
                        out().resolve("clean-id-test.tsv"),
                        "--ood",
                        out().resolve("clean-ood.tsv"),
                        "-o",
                        again,
                        "--json",
                        "--quiet")
                .json();
        assertThat(ids(second, "exact_duplicates", "ood")).isEmpty();
        assertThat(ids(second, "near_duplicates", "ood")).doesNotContain("mirror.png");
        assertThat(second.getArray("sets").stream().map(JsonObject.class::cast).map(row -> row.getInt("n")))
                .containsExactly(
                        names(out().resolve("clean-id.tsv")).size(),
                        names(out().resolve("clean-id-test.tsv")).size(),
                        names(out().resolve("clean-ood.tsv")).size());
    }

    @Test
    void audit_decisions_writeTheListsAnew() throws IOException {
        plant();
        JsonObject document = Cli.done(arguments()).json();
        String kept = findings(document, "exact_duplicates").stream()
                .map(row -> ((JsonObject) row).getString("id"))
                .filter(name -> name.endsWith("same-pixels.bmp"))
                .findFirst()
                .orElseThrow();
        assertThat(ids(document, "id_content", "ood")).doesNotContain("same-pixels.bmp");
        Path decisions = Files.writeString(
                folder.resolve("decisions.tsv"),
                "#stray-audit-decisions\t1\nexact-duplicates\tood\t%s\tkeep\n".formatted(kept));
        List<String> before = names(out().resolve("clean-ood.tsv"));
        Cli.done("audit", "--decisions", decisions, "-o", out());
        List<String> after = names(out().resolve("clean-ood.tsv"));
        assertThat(before).doesNotContain("same-pixels.bmp");
        assertThat(after).contains("same-pixels.bmp").hasSize(before.size() + 1);

        Files.writeString(decisions, "#stray-audit-decisions\t1\nexact-duplicates\tood\tno-such.png\tkeep\n");
        assertThat(Cli.refused("audit", "--decisions", decisions, "-o", out()))
                .contains("line 2: the audit has no finding exact-duplicates about 'no-such.png' of ood");
        Files.writeString(decisions, "anything\n");
        assertThat(Cli.refused("audit", "--decisions", decisions, "-o", out())).contains("line 1: expected");
        assertThat(Cli.refused("audit", "--decisions", decisions, "-o", folder.resolve("none")))
                .contains("there is no audit in");

        // The file may have been damaged since.
        Files.writeString(decisions, "#stray-audit-decisions\t1\n");
        Path file = out().resolve("audit.json");
        String whole = Files.readString(file);
        Map.of(
                        "\"input\"", "\"inpuu\"",
                        "\"fingerprint\"", "\"fingerprinu\"",
                        "\"seed\":", "\"seed\":0.",
                        "\"proposal\":\"remove\"", "\"proposal\":\"remowe\"",
                        "\"sets\"", "\"setz\"",
                        "\"failed\"", "\"fayled\"")
                .forEach((right, wrong) -> {
                    assertThat(whole).contains(right);
                    damage(file, whole.replaceFirst(Pattern.quote(right), wrong));
                    assertThat(Cli.refused("audit", "--decisions", decisions, "-o", out()))
                            .contains("audit.json");
                });
    }

    private static void damage(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void audit_withoutClasses_saysWhatCannotBeLookedFor() throws IOException {
        Path flat = Files.createDirectories(folder.resolve("flat"));
        int number = 0;
        for (Path file : files(id)) {
            Files.copy(file, flat.resolve("%03d.png".formatted(number++)));
        }
        id = flat;
        JsonObject document = Cli.done(arguments("--limit", 30)).json();
        assertThat(document.getObject("label_noise").getString("n/a")).contains("has no labels");
        assertThat(document.getObject("id_content").getString("by")).isEqualTo("neighbours");
        assertThat(document.getObject("class_overlap").getObject("ood").getString("by_name"))
                .startsWith("n/a");
        assertThat(document.getArray("sets").stream().map(row -> ((JsonObject) row).getInt("n")))
                .allMatch(n -> n <= 30);
    }

    @Test
    void audit_oneClassAndHeldOutTest_isMeasured() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one"));
        try (Stream<Path> classes = Files.list(id)) {
            Path first = classes.filter(Files::isDirectory).sorted().findFirst().orElseThrow();
            Files.move(first, one.resolve("signs"));
        }
        Cli result =
                Cli.done("audit", "-m", "stray-mini", "--id", one, "--ood", ood, "--ood", test, "-o", out(), "--quiet");
        assertThat(result.out())
                .contains(
                        "doubtful labels   n/a: 'one' has one class only",
                        "left to win       ood-2: AUROC",
                        "clean-ood-2.tsv");
        assertThat(out().resolve("clean-id-test.tsv")).doesNotExist();
    }

    @Test
    void audit_noImageLeftForATest_saysWhatToType() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one"));
        Files.copy(files(id).getFirst(), one.resolve("sign.png"));
        JsonObject document = Cli.done(
                        "audit", "-m", "stray-mini", "--id", one, "--ood", ood, "-o", out(), "--json", "--quiet")
                .json();
        assertThat(document.getObject("id_content").getString("n/a"))
                .isEqualTo("no image of %s is left over for a test; give more, or --id-test", one);
        assertThat(Files.readString(out().resolve("report.html")))
                .contains("left over for a test; give more, or --id-test.")
                .contains("saved decisions go back to the audit with stray audit --decisions.");
    }

    @Test
    void audit_classNames_letTheTextEncoderJudge() throws IOException {
        Path names = Files.writeString(folder.resolve("names.txt"), "stop sign\nspeed limit\nyield sign\n");
        JsonObject document = Cli.done(arguments("--classes", names)).json();
        assertThat(document.getObject("id_content").getString("by")).isEqualTo("classes");
        JsonObject overlap = document.getObject("class_overlap").getObject("ood");
        assertThat(overlap.getArray("by_text")).isNotEmpty();
        assertThat(overlap.getArray("by_text").stream().map(row -> ((JsonObject) row).getString("id")))
                .isSubsetOf("stop sign", "speed limit", "yield sign");
        // Labels are named as the images' own set names them, whatever the file of names says.
        Set<String> folders = files(id).stream()
                .map(file -> id.relativize(file).getName(0).toString())
                .collect(Collectors.toSet());
        assertThat(overlap.getArray("by_means").stream().map(row -> ((JsonObject) row).getString("id")))
                .isNotEmpty()
                .isSubsetOf(folders);
    }

    @Test
    void audit_brokenImage_isNamedOnceAndTheRestIsDone() throws IOException {
        Path broken = files(ood).getFirst().resolveSibling("broken.png");
        Files.writeString(broken, "no image");
        Path sound = test.resolve(ood.relativize(broken));
        Files.createDirectories(sound.getParent());
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB), "png", sound.toFile());
        Cli result = Cli.run(arguments());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err().lines().filter(line -> line.contains("broken.png")))
                .hasSize(1);
        assertThat(result.json().getArray("failed")).singleElement().satisfies(row -> {
            assertThat(((JsonObject) row).getString("set")).isEqualTo("ood");
            assertThat(((JsonObject) row).getString("id")).endsWith("broken.png");
        });
        assertThat(names(out().resolve("clean-ood.tsv"))).doesNotContain("broken.png");

        // The sound image of the same id in another set stays when the lists are written anew, spreadsheets' mark or
        // not.
        assertThat(names(out().resolve("clean-id-test.tsv"))).contains("broken.png");
        Path decisions = Files.writeString(folder.resolve("decisions.tsv"), "\uFEFF#stray-audit-decisions\t1\r\n");
        Cli.done("audit", "--decisions", decisions, "-o", out());
        assertThat(names(out().resolve("clean-ood.tsv"))).doesNotContain("broken.png");
        assertThat(names(out().resolve("clean-id-test.tsv"))).contains("broken.png");
    }

    @Test
    void audit_again_replacesListsAndNeverItsOwnInput() throws IOException {
        Cli.done("audit", "-m", "stray-mini", "--id", id, "--ood", ood, "--ood", test, "-o", out(), "--quiet");
        assertThat(out().resolve("clean-ood-2.tsv")).exists();
        Cli.done(arguments());
        assertThat(out().resolve("clean-ood-2.tsv")).doesNotExist();
        Path list = out().resolve("clean-id.tsv");
        String before = Files.readString(list);
        Path other = Files.writeString(folder.resolve("other.tsv"), before.replace(id.toString(), list.toString()));
        for (Path input : List.of(list, other)) {
            id = input;
            assertThat(Cli.refused(arguments()))
                    .contains("is read from", "which this audit would overwrite; take another folder");
        }
        assertThat(list).hasContent(before);
        String text = Files.readString(out().resolve("audit.json"));
        assertThat(text.substring(text.indexOf("\"limits\"")))
                .containsSubsequence("\"similarity\":0.9,", "\"detail\":0.9,", "\"colour\":25");
    }

    @Test
    void audit_whatCannotBe_isRefused() throws IOException {
        assertThat(Cli.refused("audit", "-o", out())).contains("an audit needs --id INPUT, --ood INPUT and -m MODEL");
        assertThat(Cli.refused(arguments("--recognise", 1))).contains("--recognise must lie strictly between 0 and 1");
        assertThat(Cli.refused(arguments("--threads", 0))).contains("--batch and --threads must be at least 1");
        assertThat(Cli.refused(arguments("--decisions", "x"))).contains("--decisions goes with -o alone, not with -m");
        assertThat(Cli.refused("audit", "--decisions", "x", "--limit", 3, "-o", out()))
                .contains("--decisions goes with -o alone, not with --limit");
        Path binary = Files.write(folder.resolve("binary.tsv"), new byte[] {(byte) 0xC3, 0x28});
        Files.createDirectories(folder.resolve("made"));
        Files.writeString(folder.resolve("made/audit.json"), "{\"format\": \"stray-audit-1\"}");
        assertThat(Cli.refused("audit", "--decisions", binary, "-o", folder.resolve("made")))
                .contains("binary.tsv is not UTF-8 text");
        Files.writeString(folder.resolve("made/audit.json"), "{\"format\": \"stray-");
        assertThat(Cli.refused("audit", "--decisions", binary, "-o", folder.resolve("made")))
                .contains("audit.json is no JSON, or is damaged or truncated");
        Path tabbed = Files.createDirectories(folder.resolve("a\tb"));
        assertThat(Cli.refused(arguments("--ood", tabbed))).contains("which no list file can hold");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThat(Cli.run(arguments("--ood", empty)).err()).contains("no images in");
        assertThat(out()).doesNotExist();
        Path file = Files.writeString(folder.resolve("file"), "mine");
        Cli inPlaceOfAFolder = Cli.run("audit", "-m", "stray-mini", "--id", id, "--ood", ood, "-o", file);
        assertThat(inPlaceOfAFolder.code()).isNotZero();
        assertThat(inPlaceOfAFolder.err()).contains(file.toString());
        Files.createDirectories(out());
        Files.writeString(out().resolve("mine.txt"), "mine");
        assertThat(Cli.refused(arguments())).contains("is not empty and holds no audit");
    }
}
