// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandTest {
    /** What stray-mini's card says. */
    private static final Object[] DESCRIPTION = {
        "--input-size",
        "64",
        "--resize",
        "shortest:64",
        "--crop",
        "center:64",
        "--interpolation",
        "bilinear",
        "--mean",
        ".4802,.4481,.3975",
        "--std",
        ".2770,.2691,.2821",
        "--output",
        "features,embeddings:l2"
    };

    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome freshHome = new FreshHome(() -> folder.resolve("home"));

    private Path home;
    private Path network;

    @BeforeEach
    void emptyHome() throws IOException {
        home = folder.resolve("home");
        network = folder.resolve("mine.onnx");
        try (InputStream in = ModelStore.class.getResourceAsStream("stray-mini/stray-mini.onnx")) {
            byte[] mini = in.readAllBytes();
            // Field 6 of the model, its documentation, set to "x": the same network under another digest.
            byte[] documented = Arrays.copyOf(mini, mini.length + 3);
            documented[mini.length] = 0x32;
            documented[mini.length + 1] = 1;
            documented[mini.length + 2] = 'x';
            Files.write(network, documented);
        }
    }

    private Cli add(Object... more) {
        return Cli.done(adding(more));
    }

    private Object[] adding(Object... more) {
        var arguments = new ArrayList<Object>(List.of("models", "add", network));
        Collections.addAll(arguments, DESCRIPTION);
        Collections.addAll(arguments, more);
        return arguments.toArray();
    }

    private List<String> names() {
        JsonArray models = Cli.done("models", "--json").json().getArray("models");
        return models.stream()
                .map(model -> ((JsonObject) model).getString("name"))
                .toList();
    }

    @Test
    void list_withoutAHome_hasWhatIsBuiltIn() {
        assertThat(names()).containsExactly("stray-mini");
        assertThat(Cli.done("models").out()).contains("stray-mini", "built in", "features ", ", embeddings ");
        assertThat(Cli.done("models", "list").out())
                .isEqualTo(Cli.done("models").out());
        assertThat(home).doesNotExist();
    }

    @Test
    void add_bareNetworkWithoutDescription_namesAllThatIsMissing() {
        assertThat(Cli.refused("models", "add", network))
                .contains("--input-size", "--resize", "--crop", "--interpolation", "--mean", "--std", "--output")
                .contains("--card", "not guessed", "pixel_values");
        assertThat(Cli.refused("models", "add", network, "--input-size", 64, "--output", "features"))
                .contains(
                        "missing resize, crop, interpolation, mean, std.",
                        "(--resize, --crop, --interpolation, --mean, --std, or --preset NAME, or --card FILE)");
        assertThat(names()).containsExactly("stray-mini");
    }

    @Test
    void add_describedNetwork_worksLikeTheBuiltInOne() throws IOException {
        assertThat(add().out()).contains("mine (", "features: ", " dimensions");
        assertThat(names()).containsExactly("stray-mini", "mine");
        JsonObject card = Cli.done("models", "show", "mine", "--json").json();
        assertThat(card.getObject("layers").keySet()).containsExactly("features", "embeddings");
        assertThat(card.getObject("layers").getObject("embeddings").getString("normalisation"))
                .isEqualTo("l2");
        assertThat(card.getBoolean("built_in")).isFalse();
        assertThat(Cli.done("models", "show", "mine").out()).contains("shortest:64", "sha256");

        Path signs = Images.signs(folder.resolve("signs"), 2);
        Cli.done("fit", "-d", "knn", "-m", "mine", "-i", signs, "-o", folder.resolve("mine.stray"), "--quiet");
        Cli.done("fit", "-d", "knn", "-m", "stray-mini", "-i", signs, "-o", folder.resolve("mini.stray"), "--quiet");
        String mine = Cli.done("score", "-D", folder.resolve("mine.stray"), "-i", signs, "--quiet")
                .out();
        assertThat(mine)
                .isEqualTo(Cli.done("score", "-D", folder.resolve("mini.stray"), "-i", signs, "--quiet")
                        .out());
    }

    @Test
    void score_images_findsTheExtractorByItsDigestOrSaysWhatToAdd() throws IOException {
        add();
        Path signs = Images.signs(folder.resolve("signs"), 3);
        Path detector = folder.resolve("d.stray");
        Cli.done("fit", "-d", "knn", "-m", "mine", "-i", signs, "-o", detector, "--quiet");
        String before =
                Cli.done("score", "-D", detector, "-i", signs, "--quiet").out();
        Cli.done("models", "remove", "mine");
        assertThat(Cli.refused("score", "-D", detector, "-i", signs))
                .contains("'mine'", "sha256", "not installed", "stray models add", "-m");
        assertThat(Cli.refused("score", "-D", detector, "-i", signs, "-m", "stray-mini"))
                .contains("another feature space", "stray-mini against mine", "--assume-same-space");
        add();
        assertThat(Cli.done("score", "-D", detector, "-i", signs, "--quiet").out())
                .isEqualTo(before);
        Cli.done("score", "-D", detector, "-i", signs, "-m", "stray-mini", "--assume-same-space", "--quiet");
    }

    @Test
    void score_detectorOfAnotherVersion_isToFitAnew() throws IOException {
        add();
        Path signs = Images.signs(folder.resolve("signs"), 3);
        Path detector = folder.resolve("d.stray");
        Cli.done("fit", "-d", "knn", "-m", "mine", "-i", signs, "-o", detector, "--quiet");
        String before = digest();
        Cli.done("models", "remove", "mine");
        try (var version = Files.newOutputStream(network, StandardOpenOption.APPEND)) {
            version.write(new byte[] {0x32, 1, 'y'});
        }
        add();
        assertThat(digest()).isNotEqualTo(before);
        assertThat(Cli.refused("score", "-D", detector, "-i", signs))
                .contains(
                        "d.stray was fitted with the extractor 'mine' (sha256 " + before + ")",
                        "'mine' here is another version (sha256 " + digest() + ")",
                        "stray fit",
                        "-m")
                .doesNotContain("models add");
    }

    private static String digest() {
        return Cli.done("models", "show", "mine", "--json")
                .json()
                .getObject("files")
                .getString("mine.onnx");
    }

    @Test
    void score_sameWeightsUnderTwoNames_takesTheOneItWasFittedOn() throws IOException {
        add("--name", "first");
        add("--name", "second");
        Path signs = Images.signs(folder.resolve("signs"), 3);
        for (String name : List.of("first", "second")) {
            Path detector = folder.resolve(name + ".stray");
            Cli.done("fit", "-d", "knn", "-m", name, "-i", signs, "-o", detector, "--quiet");
            Cli.done("score", "-D", detector, "-i", signs, "--quiet");
        }
    }

    @Test
    void add_takenOrBadName_isRefused() {
        add();
        assertThat(Cli.refused(adding())).contains("'mine' is installed already", "--name");
        assertThat(Cli.refused(adding("--name", "stray-mini"))).contains("built in", "--name");
        assertThat(Cli.refused(adding("--name", "../up"))).contains("../up");
        add("--name", "other");
        assertThat(names()).containsExactly("stray-mini", "mine", "other");
    }

    @Test
    void add_whatCannotBeAdded_isRefused() throws IOException {
        assertThat(Cli.refused("models", "add", "hf:name@main")).contains("'hf:name@main'", "hf:organisation/name");
        assertThat(Cli.refused("models", "add", folder.resolve("none.onnx"))).contains("does not exist");
        assertThat(Cli.refused("models", "add", folder))
                .as("a folder with one network is taken for the network")
                .contains("mine.onnx has no card, and how its images are prepared is not guessed");
        Files.copy(network, folder.resolve("second.onnx"));
        assertThat(Cli.refused("models", "add", folder)).contains("no extractor.json", "mine.onnx, second.onnx");
        Files.delete(folder.resolve("second.onnx"));
        Files.writeString(folder.resolve("x.txt"), "x");
        assertThat(Cli.refused("models", "add", folder.resolve("x.txt"))).contains("no .onnx file");
        byte[] whole = Files.readAllBytes(network);
        Files.write(network, Arrays.copyOf(whole, whole.length / 2));
        assertThat(Cli.refused(adding())).contains("mine.onnx");
        Files.writeString(network, "no network at all");
        assertThat(Cli.refused(adding())).contains("mine.onnx");
        Files.write(network, whole);
        List<Object> unknownOutput = new ArrayList<>(List.of(adding()));
        unknownOutput.set(unknownOutput.indexOf("--output") + 1, "features,logits=nothing");
        assertThat(Cli.refused(unknownOutput.toArray())).contains("no output 'nothing'");
        if (Files.exists(home)) {
            try (Stream<Path> left = Files.walk(home)) {
                assertThat(left.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }

    @Test
    void remove_takesItAway() {
        add();
        assertThat(Cli.done("models", "remove", "mine").out()).contains("removed mine");
        assertThat(names()).containsExactly("stray-mini");
        assertThat(Cli.refused("models", "remove", "mine")).contains("no extractor 'mine' is installed");
        assertThat(Cli.refused("models", "remove", "stray-mini")).contains("built in");
    }

    @Test
    void check_wholeOrDamaged_tells() throws IOException {
        add();
        JsonObject document = Cli.done("models", "check", "mine", "--json").json();
        assertThat(document.getBoolean("passed")).isTrue();
        assertThat(document.getBoolean("deterministic")).isTrue();
        String jpeg = document.getString("jpeg_decoder");
        assertThat(jpeg).matches("(libjpeg-turbo|ImageIO) \\(.+\\)");
        assertThat(Cli.done("models", "check", "mine").out()).contains("passed", "JPEG decoder    " + jpeg);
        assertThat(document.getString("provider")).isEqualTo("cpu");
        assertThat(document.getObject("reference_difference").keySet()).containsExactly("features", "embeddings");
        Path installed = home.resolve("models/mine/mine.onnx");
        byte[] bytes = Files.readAllBytes(installed);
        bytes[bytes.length / 2] ^= 1;
        Files.write(installed, bytes);
        assertThat(Cli.refused("models", "check", "mine")).contains("mine.onnx", "is not the file its card");
        assertThat(Cli.refused("extract", "-m", "mine", "-i", folder, "-o", folder.resolve("f.safetensors")))
                .contains("mine.onnx", "is not the file its card");
        Files.writeString(home.resolve("models/mine/extractor.json"), "{\"format\":");
        Cli list = Cli.run("models");
        assertThat(list.code()).isEqualTo(ExitCode.FAILED);
        assertThat(list.out()).contains("stray-mini").doesNotContain("mine ");
        assertThat(list.err()).contains("mine cannot be used");
        Cli.done("models", "remove", "mine");
        Cli.done("models");
    }

    @Test
    void check_referenceOfAnotherNetwork_failsAndSaysByHowMuch() throws IOException {
        add();
        Path card = home.resolve("models/mine/extractor.json");
        // The first value of the features becomes 3 or more.
        String json = Files.readString(card);
        String changed = json.replaceFirst("(\"reference\"[^{]*\\{[^{]*\\{\\s*\"features\"\\s*:\\s*\").{5}", "$1AABAQ");
        assertThat(changed).isNotEqualTo(json);
        Files.writeString(card, changed);
        Cli check = Cli.run("models", "check", "mine");
        assertThat(check.code()).isEqualTo(ExitCode.FAILED);
        assertThat(check.out())
                .contains("mine: FAILED", "features differ by", "of their norm", "NOT THE SAME")
                .contains("embeddings differ by 0.0e+00");
    }

    @Test
    void provider_thatIsNotThere_isAFaultOfTheEnvironment() throws IOException {
        Path signs = Images.signs(folder.resolve("signs"), 1);
        Path output = folder.resolve("f.safetensors");
        for (List<Object> command : List.<List<Object>>of(
                List.of("models", "check", "stray-mini"),
                List.of("extract", "-m", "stray-mini", "-i", signs, "-o", output),
                List.of("fit", "-d", "knn", "-m", "stray-mini", "-i", signs, "-o", folder.resolve("d.stray")),
                List.of("demo", "-o", folder.resolve("demo")))) {
            var arguments = new ArrayList<>(command);
            arguments.addAll(List.of("--provider", "cuda"));
            Cli refused = Cli.run(arguments.toArray());
            assertThat(refused.code()).isEqualTo(ExitCode.ENVIRONMENT);
            assertThat(refused.err()).contains("provider cuda", "ONNX Runtime", "--provider cpu");
        }
        assertThat(output).doesNotExist();
        assertThat(Cli.refused("models", "check", "stray-mini", "--provider", "tpu"))
                .contains("--provider", "there is no 'tpu'");
        Cli.done("extract", "-m", "stray-mini", "-i", signs, "-o", output, "--provider", "cpu", "--quiet");
    }

    @Test
    void extract_networkOfSingleImages_saysSoWhereMoreAreAskedFor() throws IOException {
        add();
        Path card = home.resolve("models/mine/extractor.json");
        Files.writeString(
                card,
                Files.readString(card)
                        .replace("\"tensor\":\"pixel_values\",", "\"tensor\":\"pixel_values\",\"batch\":1,"));
        Path image = Images.signs(folder.resolve("signs"), 1);
        Object[] extract = {"extract", "-m", "mine", "-i", image, "-o", folder.resolve("f.safetensors"), "--force"};
        String said = "stray: mine is given 1 image at a time, not 8: its features would depend on the others";
        assertThat(Cli.run(extract).err().lines()).containsExactly(said);
        var more = new ArrayList<>(List.of(extract));
        more.addAll(List.of("--batch", 1));
        Cli.done(more.toArray());
        assertThat(Cli.done("models", "show", "mine").out()).contains("of 1 image whatever is asked for");
    }
}
