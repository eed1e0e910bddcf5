// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.store.FeatureFile;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesJobTest {
    private static final List<String> FAILED = List.of("text.png", "truncated.jpg");

    @TempDir
    static Path images;

    private static Path signs;
    private static Path other;
    private static Path textures;
    private static Path motley;

    @TempDir
    Path folder;

    @BeforeAll
    static void draw() throws IOException {
        signs = Images.signs(images.resolve("signs"), 8);
        other = Images.otherSigns(images.resolve("other"), 3);
        textures = Images.textures(images.resolve("textures"), 3);
        motley = Images.motley(images.resolve("motley"));
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private static List<String> failedIds(JsonObject document) {
        JsonArray failed = document.getArray("failed");
        var ids = new ArrayList<String>();
        for (int i = 0; i < failed.size(); i++) {
            assertThat(failed.getObject(i).keySet()).containsExactly("id", "reason", "kind");
            String id = failed.getObject(i).getString("id");
            assertThat(failed.getObject(i).getString("reason"))
                    .contains(id.endsWith(".png") ? "it holds text" : "truncated");
            ids.add(id);
        }
        return ids;
    }

    private static void assertNamesTheFailed(Cli result) {
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        for (String id : FAILED) {
            assertThat(result.err().lines())
                    .filteredOn(line -> line.startsWith("stray: failed sample " + id + ": "))
                    .hasSize(1);
        }
    }

    @Test
    void extract_classFolders_labelTheRows() throws IOException {
        JsonObject document = Cli.done(
                        "extract",
                        "-m",
                        "stray-mini",
                        "-i",
                        signs,
                        "-o",
                        at("f.safetensors"),
                        "--layer",
                        "features,embeddings",
                        "--json")
                .json();
        assertThat(document.getInt("n")).isEqualTo(64);
        assertThat(document.getInt("classes")).isEqualTo(8);
        assertThat(document.getObject("layers").keySet()).containsExactly("features", "embeddings");
        FeatureFile file = FeatureFile.read(at("f.safetensors"));
        assertThat(file.layers()).containsExactlyInAnyOrder(Layer.FEATURES, Layer.EMBEDDINGS);
        FeatureSet rows = file.layer(Layer.FEATURES);
        assertThat(rows.features().dimension())
                .isEqualTo(document.getObject("layers").getInt("features"));
        assertThat(rows.space().extractor()).contains("stray-mini");
        assertThat(file.provenance().orElseThrow().entries().get("jpeg_decoder"))
                .matches("(libjpeg-turbo|ImageIO) \\(.+\\)");
        for (int i = 0; i < 64; i++) {
            String name = rows.labels()
                    .orElseThrow()
                    .classNames()
                    .get(rows.labels().orElseThrow().get(i));
            assertThat(rows.ids().get(i)).startsWith(name + "/");
        }
        assertThat(Cli.refused(
                        "extract", "-m", "stray-mini", "-i", signs, "-o", at("g.safetensors"), "--layer", "logit"))
                .contains("no layer 'logit'", "did you mean 'logits'?", "embeddings");
        assertThat(Cli.refused(
                        "extract", "-m", "stray-mini", "-i", signs, "-o", at("g.safetensors"), "--layer", "logits"))
                .contains("extractor stray-mini has no layer 'logits'; it has features, embeddings");
        assertThat(at("g.safetensors")).doesNotExist();
    }

    @Test
    void extract_zipOfTheFolder_givesTheSameFeatures() throws IOException {
        Path zip = Images.zip(signs, at("signs.zip"));
        Cli.done("extract", "-m", "stray-mini", "-i", signs, "-o", at("folder.safetensors"));
        Cli.done("extract", "-m", "stray-mini", "-i", zip, "-o", at("zip.safetensors"));
        FeatureSet expected = FeatureFile.read(at("folder.safetensors")).layer(Layer.FEATURES);
        FeatureSet actual = FeatureFile.read(at("zip.safetensors")).layer(Layer.FEATURES);
        assertThat(actual.ids()).isEqualTo(expected.ids());
        assertThat(actual.labels()).isEqualTo(expected.labels());
        assertThat(FeatureFile.read(at("zip.safetensors"))
                        .tensor(Layer.FEATURES)
                        .toFloats())
                .isEqualTo(FeatureFile.read(at("folder.safetensors"))
                        .tensor(Layer.FEATURES)
                        .toFloats());
    }

    @Test
    void motleyFolder_throughExtract_keepsTheReadable() throws IOException {
        Cli result = Cli.run("extract", "-m", "stray-mini", "-i", motley, "-o", at("f.safetensors"), "--json");
        assertNamesTheFailed(result);
        assertThat(failedIds(result.json())).containsExactlyElementsOf(FAILED);
        assertThat(result.json().getInt("n")).isEqualTo(5);
        assertThat(result.json().getInt("ignored")).isEqualTo(2);
        assertThat(FeatureFile.read(at("f.safetensors")).ids())
                .containsExactly("animated.gif", "cmyk.jpg", "deep.PNG", "dot.png", "whole.jpg");
        Cli text = Cli.run("extract", "-m", "stray-mini", "-i", motley, "-o", at("f.safetensors"), "--quiet");
        assertNamesTheFailed(text);
        assertThat(text.out()).contains("5 rows", "2 failed", "2 other files ignored");
    }

    @Test
    void mistypedModelOrLayer_isNamedBeforeTheImagesAreListed() throws IOException {
        Path missing = at("no-such-folder");
        assertThat(Cli.refused("extract", "-m", "stray-mimi", "-i", missing, "-o", at("f.safetensors")))
                .contains("stray-mimi", "did you mean 'stray-mini'");
        assertThat(Cli.refused(
                        "extract", "-m", "stray-mini", "--layer", "logits", "-i", missing, "-o", at("f.safetensors")))
                .contains("no layer 'logits'");
        assertThat(Cli.refused("fit", "-d", "knn", "-m", "stray-mimi", "-i", missing, "-o", at("d.stray")))
                .contains("stray-mimi");
    }

    @Test
    void summary_ofOneClassAndOneOtherFile_isGrammatical() throws IOException {
        Path folder = at("one");
        Files.createDirectories(folder.resolve("stop"));
        try (Stream<Path> images = Files.walk(other)) {
            Files.copy(images.filter(Files::isRegularFile).findFirst().orElseThrow(), folder.resolve("stop/1.png"));
        }
        Files.writeString(folder.resolve("notes.txt"), "mine");
        assertThat(Cli.done("extract", "-m", "stray-mini", "-i", folder, "-o", at("f.safetensors"), "--quiet")
                        .out())
                .contains(": 1 row (", ", 1 class, 1 other file ignored");
        Files.writeString(folder.resolve("raw.NEF"), "of a camera");
        assertThat(Cli.done("extract", "-m", "stray-mini", "-i", folder, "-o", at("g.safetensors"), "--quiet")
                        .out())
                .contains("2 other files ignored (1 .nef: image formats that are not read)");
    }

    @Test
    void motleyFolder_throughFitAndScore_keepsTheReadable() throws IOException {
        Cli fit = Cli.run(
                "fit",
                "-d",
                "knn",
                "-m",
                "stray-mini",
                "-i",
                motley,
                "-o",
                at("d.stray"),
                "--calibration",
                "none",
                "--json");
        assertNamesTheFailed(fit);
        assertThat(failedIds(fit.json())).containsExactlyElementsOf(FAILED);
        Cli score = Cli.run("score", "-D", at("d.stray"), "-i", motley, "--json", "--neighbours", 1);
        assertNamesTheFailed(score);
        assertThat(failedIds(score.json())).containsExactlyElementsOf(FAILED);
        JsonArray rows = score.json().getArray("scores");
        assertThat(rows).hasSize(5);
        for (int i = 0; i < 5; i++) {
            JsonObject row = rows.getObject(i);
            assertThat(row.getString("neighbour_1")).isEqualTo(row.getString("id"));
            assertThat(row.getDouble("score")).isCloseTo(1, within(1e-6));
        }
        Cli csv = Cli.run("score", "-D", at("d.stray"), "-i", motley, "-o", at("s.csv"));
        assertNamesTheFailed(csv);
        assertThat(ScoreRows.read(at("s.csv")).column("id"))
                .containsExactly("animated.gif", "cmyk.jpg", "deep.PNG", "dot.png", "whole.jpg");
    }

    @Test
    void score_namesWithBreaks_keepThemInCsvAndJson() throws Exception {
        Path strange = Files.createDirectories(at("strange"));
        String name = "a\tb\nc,\"d\".png";
        Files.copy(motley.resolve("dot.png"), strange.resolve(name));
        Files.write(strange.resolve("x\ny.png"), new byte[] {1});
        Cli.run("fit", "-d", "knn", "-m", "stray-mini", "-i", strange, "--calibration", "none", "-o", at("d.stray"));
        Cli json = Cli.run("score", "-D", at("d.stray"), "-i", strange, "--json", "--neighbours", 1);
        JsonObject row = json.json().getArray("scores").getObject(0);
        assertThat(row.getString("id")).isEqualTo(name);
        assertThat(row.getString("neighbour_1")).isEqualTo(name);
        assertThat(json.json().getArray("failed").getObject(0).getString("id")).isEqualTo("x\ny.png");
        assertThat(json.err()).contains("failed sample x\\u000Ay.png: ");
        Cli csv = Cli.run("score", "-D", at("d.stray"), "-i", strange);
        assertThat(csv.out()).contains("\n\"a\tb\nc,\"\"d\"\".png\",");
    }

    @Test
    void motleyFolder_throughPreprocess_keepsTheReadable() throws IOException {
        Cli result = Cli.run(
                "preprocess", "-m", "stray-mini", "-i", motley, "-o", at("x.npy"), "--stage", "resized", "--json");
        assertNamesTheFailed(result);
        assertThat(failedIds(result.json())).containsExactlyElementsOf(FAILED);
        int side = card().width();
        assertThat(result.json().getArray("shape")).containsExactly(5, side, side, 3);
        byte[] pixels = tail(at("x.npy"), 5 * side * side * 3);
        int cmyk = (side * side + side / 2 * side) * 3;
        int end = cmyk + side * 3;
        int[] left = {pixels[cmyk + 15] & 255, pixels[cmyk + 16] & 255, pixels[cmyk + 17] & 255};
        int[] right = {pixels[end - 15] & 255, pixels[end - 14] & 255, pixels[end - 13] & 255};
        assertThat(left)
                .as("mostly cyan ink")
                .satisfies(rgb -> assertThat(rgb[0]).isLessThan(rgb[1] - 60));
        assertThat(right)
                .as("mostly magenta ink")
                .satisfies(rgb -> assertThat(rgb[1]).isLessThan(rgb[0] - 60));
    }

    private static Preprocessing card() throws IOException {
        return ModelStore.ofEnvironment().find("stray-mini").card().preprocessing();
    }

    private static byte[] tail(Path file, int length) throws IOException {
        byte[] all = Files.readAllBytes(file);
        byte[] tail = new byte[length];
        System.arraycopy(all, all.length - length, tail, 0, length);
        return tail;
    }

    @Test
    void preprocess_tensor_isTheNormalisedResizedStage() throws IOException {
        Cli.done("preprocess", "-m", "stray-mini", "-i", other, "-o", at("r.npy"), "--stage", "resized");
        JsonObject document = Cli.done("preprocess", "-m", "stray-mini", "-i", other, "-o", at("t.npy"), "--json")
                .json();
        Preprocessing card = card();
        int area = card.width() * card.height();
        assertThat(document.getArray("shape")).containsExactly(24, 3, card.height(), card.width());
        assertThat(document.getString("type")).isEqualTo("F32");
        int values = 24 * 3 * area;
        byte[] resized = tail(at("r.npy"), values);
        ByteBuffer tensor = ByteBuffer.wrap(tail(at("t.npy"), 4 * values)).order(ByteOrder.LITTLE_ENDIAN);
        for (int n = 0; n < 24; n++) {
            for (int pixel = 0; pixel < area; pixel++) {
                for (int c = 0; c < 3; c++) {
                    double expected = ((resized[(n * area + pixel) * 3 + c] & 255) / 255.0
                                    - card.mean().get(c))
                            / card.std().get(c);
                    assertThat((double) tensor.getFloat(4 * ((n * 3 + c) * area + pixel)))
                            .isCloseTo(expected, within(1e-5));
                }
            }
        }
    }

    @Test
    void folderWithoutImages_isWrongInput() throws IOException {
        Path empty = Files.createDirectory(at("empty"));
        assertThat(Cli.refused("extract", "-m", "stray-mini", "-i", empty, "-o", at("f.safetensors")))
                .contains("empty");
        Files.writeString(empty.resolve("notes.txt"), "nothing to see");
        assertThat(Cli.refused("extract", "-m", "stray-mini", "-i", empty, "-o", at("f.safetensors")))
                .contains("empty");
        assertThat(at("f.safetensors")).doesNotExist();
        assertThat(Cli.refused("extract", "-m", "stray-mini", "-i", at("nowhere"), "-o", at("f.safetensors")))
                .contains("no such file or folder", "nowhere");
    }

    @Test
    void folderOfUnreadableImages_isFailedWork() throws IOException {
        Path bad = Files.createDirectory(at("bad"));
        Files.writeString(bad.resolve("a.png"), "no image");
        Cli extract = Cli.run("extract", "-m", "stray-mini", "-i", bad, "-o", at("f.safetensors"), "--json");
        assertThat(extract.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failedIds(extract.json())).containsExactly("a.png");
        assertThat(extract.err()).contains("no image of " + bad + " could be read; nothing was written");
        assertThat(at("f.safetensors")).doesNotExist();
        Cli fit = Cli.run("fit", "-d", "knn", "-m", "stray-mini", "-i", bad, "-o", at("d.stray"));
        assertThat(fit.code()).isEqualTo(ExitCode.FAILED);
        assertThat(fit.err()).contains("no image of " + bad + " could be read");
        Cli preprocess = Cli.run("preprocess", "-m", "stray-mini", "-i", bad, "-o", at("x.npy"), "--json");
        assertThat(preprocess.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failedIds(preprocess.json())).containsExactly("a.png");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(bad);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "7,3", "500,2"})
    void scores_whateverBatchAndThreads_areTheSame(int batch, int threads) throws IOException {
        Cli.done("fit", "-d", "knn", "-m", "stray-mini", "-i", signs, "-o", at("d.stray"), "--quiet");
        Cli.done("fit", "-d", "knn", "-m", "stray-mini", "-i", signs, "-o", at("e.stray"), "--batch", batch, "--quiet");
        Map<String, Double> id = scores("d.stray", other);
        Map<String, Double> ood = scores("d.stray", textures);
        Map<String, Double> idAgain = scores("e.stray", other, "--batch", batch, "--threads", threads);
        Map<String, Double> oodAgain = scores("e.stray", textures, "--batch", batch, "--threads", threads);
        assertClose(idAgain, id);
        assertClose(oodAgain, ood);
        assertThat(auroc(idAgain, oodAgain)).isCloseTo(auroc(id, ood), within(1e-6));
        assertThat(auroc(id, ood)).isGreaterThan(0.8);
    }

    private Map<String, Double> scores(String detector, Object input, Object... more) {
        var arguments = new ArrayList<Object>(List.of("score", "-D", at(detector), "-i", input, "--quiet"));
        Collections.addAll(arguments, more);
        var scores = new HashMap<String, Double>();
        for (Map<String, String> row :
                ScoreRows.parse(Cli.done(arguments.toArray()).out()).rows()) {
            scores.put(Objects.requireNonNull(row.get("id")), Double.valueOf(Objects.requireNonNull(row.get("score"))));
        }
        return scores;
    }

    private static void assertClose(Map<String, Double> actual, Map<String, Double> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((id, score) ->
                assertThat(Objects.requireNonNull(actual.get(id))).isCloseTo(score, within(1e-5)));
    }

    private static double auroc(Map<String, Double> id, Map<String, Double> ood) {
        return ScoreRows.auroc(
                id.values().stream().mapToDouble(Double::doubleValue).toArray(),
                ood.values().stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Test
    void fit_whateverTheOrderOfTheFiles_scoresTheSame() throws IOException {
        Path listed = Images.signs(Files.createDirectories(at("listed")), 8);
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(listed)) {
            files.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(file -> lines.add(listed.relativize(file) + "\t"
                            + listed.relativize(file).getName(0)));
        }
        Files.write(listed.resolve("forward.txt"), lines);
        Collections.reverse(lines);
        Files.write(listed.resolve("backward.txt"), lines);
        for (String order : List.of("forward", "backward")) {
            Cli.done(
                    "fit",
                    "-d",
                    "mahalanobis:shrinkage=0.1",
                    "-m",
                    "stray-mini",
                    "-i",
                    listed.resolve(order + ".txt"),
                    "-o",
                    at(order + ".stray"),
                    "--quiet");
        }
        Map<String, Double> forward = scores("forward.stray", other);
        Map<String, Double> backward = scores("backward.stray", other);
        assertThat(backward.keySet()).isEqualTo(forward.keySet());
        forward.forEach((id, score) ->
                assertThat(Objects.requireNonNull(backward.get(id))).isCloseTo(score, within(1e-3 * Math.abs(score))));
        assertThat(auroc(backward, scores("backward.stray", textures)))
                .isCloseTo(auroc(forward, scores("forward.stray", textures)), within(1e-6));
    }

    @Test
    void score_imagesOrTheirFeatures_isTheSame() {
        Cli.done("fit", "-d", "knn", "-m", "stray-mini", "-i", signs, "-o", at("d.stray"), "--quiet");
        Cli.done("extract", "-m", "stray-mini", "-i", other, "-o", at("f.safetensors"));
        Cli features = Cli.done("score", "-D", at("d.stray"), "-f", at("f.safetensors"), "--quiet");
        Cli fromImages = Cli.done("score", "-D", at("d.stray"), "-i", other, "--quiet");
        assertThat(ScoreRows.parse(fromImages.out())).isEqualTo(ScoreRows.parse(features.out()));
    }

    @Test
    void limits_areSeeded() throws IOException {
        Object[] limited = {
            "extract", "-m", "stray-mini", "-i", signs, "-o", at("a.safetensors"), "--per-class", 2, "--seed", 3
        };
        Cli.done(limited);
        List<String> first = FeatureFile.read(at("a.safetensors")).ids();
        assertThat(first).hasSize(16);
        Cli.done(limited);
        assertThat(FeatureFile.read(at("a.safetensors")).ids()).isEqualTo(first);
        limited[limited.length - 1] = 4;
        Cli.done(limited);
        assertThat(FeatureFile.read(at("a.safetensors")).ids()).hasSize(16).isNotEqualTo(first);
        assertThat(Cli.refused("extract", "-m", "stray-mini", "-i", signs, "-o", at("a.safetensors"), "--limit", 0))
                .contains("0");
        assertThat(Cli.refused("extract", "-m", "stray-mini", "-i", signs, "-o", at("a.safetensors"), "--batch", 0))
                .contains("--batch");
        assertThat(Cli.refused(
                        "extract", "-m", "stray-mini", "-i", motley, "-o", at("a.safetensors"), "--per-class", 1))
                .contains("class");
    }

    @Test
    void extract_toAnotherSuffix_isRefused() {
        assertThat(Cli.refused("extract", "-m", "stray-mini", "-i", signs, "-o", at("f.npy")))
                .contains(".safetensors");
        assertThat(Cli.refused("preprocess", "-m", "stray-mini", "-i", signs, "-o", at("f.png")))
                .contains(".npy");
        assertThat(Cli.refused("extract", "-m", "stray-mini", "-i", signs, "-o", at("no/f.safetensors")))
                .contains("there is no folder");
    }
}
