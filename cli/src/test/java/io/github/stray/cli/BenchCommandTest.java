// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.github.stray.study.result.ResultFiles;
import io.github.stray.study.suite.ShippedSuites;
import io.github.stray.study.suite.SuiteChoice;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir
    static Path images;

    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome fresh = new FreshHome(() -> folder.resolve("home"));

    @BeforeAll
    static void draw() throws IOException {
        Images.signs(Files.createDirectories(images.resolve("train")), 3);
        Images.otherSigns(Files.createDirectories(images.resolve("test")), 2);
        Images.textures(Files.createDirectories(images.resolve("textures")), 8);
        Images.motley(images.resolve("motley"));
        Files.createDirectories(images.resolve("broken"));
        Files.writeString(images.resolve("broken/a.png"), "no image");
    }

    private Path suite(String ood) throws IOException {
        return Files.writeString(images.resolve("signs.yaml"), """
                name: signs
                title: Drawn road signs
                sets:
                  train: train
                  test: test
                  textures: textures
                  motley: motley
                  broken: broken
                pairs:
                  - {name: signs, train: train, test: test, far: [%s]}
                extractors: [stray-mini]
                detectors: [knn, msp, mcm, glmcm]
                """.formatted(ood));
    }

    private static String results(Path folder) throws IOException {
        try {
            JsonObject document = JsonParser.object().from(Files.readString(folder.resolve("results.json")));
            document.remove("times");
            document.getObject("provenance").remove("command");
            return JsonWriter.string(document);
        } catch (JsonParserException e) {
            throw new IOException(e);
        }
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("home/cache/features"))) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void run_images_leavesTablesAndKeepsFeatures() throws IOException {
        Path suite = suite("textures");
        Path one = folder.resolve("one");
        Cli run = Cli.run("bench", "run", suite, "-o", one, "--quiet");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("knn", "4 cells, 1 not applicable, 0 failed");
        assertThat(ResultFiles.NAMES)
                .allSatisfy(name -> assertThat(one.resolve(name)).isNotEmptyFile());
        assertThat(Files.readString(one.resolve("report.html"))).contains("Drawn road signs", "signs vs textures");
        assertThat(Files.readString(one.resolve("results.md"))).contains("### signs, stray-mini", "| knn | ");
        assertThat(entries()).hasSize(3);

        // Another study: nothing is extracted again.
        var times = new ArrayList<Object>();
        for (Path entry : entries()) {
            times.add(Files.getLastModifiedTime(entry));
        }
        Path two = folder.resolve("two");
        JsonObject document =
                Cli.run("bench", "run", suite, "-o", two, "--quiet", "--json").json();
        assertThat(results(two)).isEqualTo(results(one));
        for (int i = 0; i < times.size(); i++) {
            assertThat(Files.getLastModifiedTime(entries().get(i))).isEqualTo(times.get(i));
        }
        assertThat(document.getArray("cells")).hasSize(4);
        assertThat(((JsonObject) document.getArray("cells").get(3)).getString("reason"))
                .isEqualTo("patches: the extractor offers none");

        // A damaged entry is named and made again.
        byte[] bytes = Files.readAllBytes(entries().getFirst());
        bytes[bytes.length / 2] ^= 1;
        Files.write(entries().getFirst(), bytes);
        Cli verify = Cli.run("cache", "verify");
        assertThat(verify.code()).isEqualTo(ExitCode.FAILED);
        assertThat(verify.err()).contains("cannot be used");
        Path three = folder.resolve("three");
        Cli again = Cli.run("bench", "run", suite, "-o", three);
        assertThat(again.err()).contains("note: the cached features of stray-mini are unusable and are made again");
        assertThat(results(three)).isEqualTo(results(one));
        Cli.done("cache", "verify");
        assertThat(Cli.done("cache", "--json").json().getArray("entries")).hasSize(3);
        assertThat(Cli.done("cache", "clean", "--unused-for", "1d").out()).startsWith("0 entries");
        assertThat(Cli.done("cache", "clean").out()).contains("3 entries");
    }

    @Test
    void run_brokenSamplesAndSets_areNamedAndTheRestIsThere() throws IOException {
        Path target = folder.resolve("study");
        Cli run = Cli.run("bench", "run", suite("textures, motley, broken"), "-o", target, "--detectors", "knn");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .contains("failed sample text.png of set motley", "stray-mini on set broken: no image of broken");
        String document = results(target);
        assertThat(document).contains("\"status\":\"failed\"", "\"id\":\"text.png\"");
        Cli again = Cli.run("bench", "run", suite("textures, motley, broken"), "-o", target, "--detectors", "knn");
        assertThat(again.code()).isEqualTo(ExitCode.FAILED);
        assertThat(results(target)).isEqualTo(document);
    }

    @Test
    void run_wrongUse_isRefusedBeforeAnyWork() throws IOException {
        Path suite = suite("textures");
        assertThat(Cli.refused("bench", "run", "sampel")).contains("did you mean 'sample'?");
        assertThat(Cli.refused("bench", "run", suite, "--only", "texture")).contains("did you mean 'textures'?");
        assertThat(Cli.refused("bench", "run", suite, "--models", "stray-maxi")).contains("is not in suite signs");
        assertThat(Cli.refused("bench", "run", suite, "--detectors", "kn")).contains("did you mean 'knn'?");
        assertThat(Cli.refused("bench", "run", suite, "--limit", "0")).contains("at least 1");
        assertThat(Cli.refused("bench", "run", suite, "--threads", "0", "-o", folder.resolve("none")))
                .contains("--threads must be at least 1");
        assertThat(folder.resolve("none")).doesNotExist();
        assertThat(Cli.refused("bench", "run", suite, "-o", images)).contains("is not empty and holds no study");
        assertThat(Cli.refused("cache", "clean", "--unused-for", "long")).contains("such as 30d");
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "name: x\nset: {}\n");
        assertThat(Cli.refused("bench", "run", bad)).contains("bad.yaml:2: the suite: there is no key 'set'");
    }

    @Test
    void run_seed_choosesOtherSamples() throws IOException {
        Path suite = suite("textures");
        var chosen = new ArrayList<String>();
        for (String seed : List.of("42", "7", "8")) {
            Path target = folder.resolve("seed" + seed);
            Cli.run("bench", "run", suite, "--detectors", "knn", "--limit", "3", "--seed", seed, "-o", target);
            String document = results(target);
            assertThat(document).contains("\"seed\":" + seed);
            chosen.add(document.replaceAll("(?s).*\"name\":\"textures\",(.*?)}.*", "$1"));
        }
        assertThat(chosen.stream().distinct()).hasSizeGreaterThan(1);
    }

    @Test
    void list_andShow_giveWhatShips() throws IOException {
        assertThat(Cli.done("bench", "list").out().lines().map(line -> line.split(" ", 2)[0]))
                .containsExactlyElementsOf(ShippedSuites.names());
        assertThat(Cli.done("bench").out()).isEqualTo(Cli.done("bench", "list").out());
        assertThat(Cli.done("bench", "show", "sample").out()).isEqualTo(ShippedSuites.text("sample"));
        assertThat(Cli.done("bench", "list", "--json").json().getArray("suites"))
                .extracting(suite -> ((JsonObject) suite).getString("name"))
                .containsExactlyElementsOf(ShippedSuites.names());
    }

    @Test
    void detectors_withOptions_areSplitWhereTheyEnd() {
        assertThat(SuiteChoice.split(List.of("knn:k=5, aggregate=kth, mcm", " vim")))
                .containsExactly("knn:k=5,aggregate=kth", "mcm", "vim");
    }

    private static Path shared(String file) {
        String shared = System.getenv("STRAY_SHARED");
        Path path = Path.of(shared == null ? "../../shared" : shared).resolve(file);
        assumeTrue(Files.exists(path), () -> path + " is missing");
        return path;
    }

    @Test
    void run_clipFeatures_givesTheMeasuredFigures() {
        shared("data/clip-vitb32-features/dtd-test.safetensors");
        assumeTrue(System.getenv("STRAY_SHARED") != null, "STRAY_SHARED is not set");
        Cli run = Cli.run(
                "bench",
                "run",
                "clip-features",
                "--detectors",
                "knn,maxcos",
                "-o",
                folder.resolve("clip"),
                "--quiet",
                "--json");
        assertThat(run.code()).isZero();
        assertThat(auroc(run.json(), "knn", "sun397")).isCloseTo(0.8115, within(5e-4));
        assertThat(auroc(run.json(), "knn", "ucf101")).isCloseTo(0.9557, within(5e-4));
        assertThat(auroc(run.json(), "maxcos", "flowers102")).isCloseTo(0.9325, within(5e-4));
    }

    private static double auroc(JsonObject document, String detector, String ood) {
        return document.getArray("cells").stream()
                .map(JsonObject.class::cast)
                .filter(cell -> cell.getString("detector").equals(detector)
                        && cell.getString("ood").equals(ood))
                .findFirst()
                .orElseThrow()
                .getDouble("auroc");
    }

    @Test
    void run_networkOfTheSuite_isNotInstalled() throws IOException {
        shared("models/resnet20_cifar10.onnx");
        assumeTrue(System.getenv("STRAY_SHARED") != null, "STRAY_SHARED is not set");
        Cli run = Cli.run(
                "bench",
                "run",
                "sample",
                "--models",
                "resnet20",
                "--only",
                "imagenette/bccd",
                "--limit",
                "20",
                "--detectors",
                "knn,energy,ash,mcm,she",
                "-o",
                folder.resolve("study"),
                "--quiet");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(folder.resolve("home/models")).doesNotExist();
        assertThat(results(folder.resolve("study")))
                .contains("the network's own", "language: no text tower", "\"n_id\":20")
                .containsPattern("a head over the ID classes: the network's own names \\d+ % of the training rows");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void run_killedAtTenMoments_endsWithTheSameResults() throws Exception {
        Path suite = suite("textures");
        Path whole = folder.resolve("whole");
        assertThat(Cli.run("bench", "run", suite, "--detectors", "knn,gaussian,msp,energy,linear-probe", "-o", whole)
                        .code())
                .isZero();
        Cli.done("cache", "clean");
        Path target = folder.resolve("study");
        var random = new Random(11);
        for (int i = 0; i < 10; i++) {
            Process process = Cli.process(
                            System.getProperty("java.class.path"),
                            "bench",
                            "run",
                            suite,
                            "--detectors",
                            "knn,gaussian,msp,energy,linear-probe",
                            "-o",
                            target)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(folder.toFile(), "log.txt"))
                    .start();
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (process.isAlive() && !Files.exists(target.resolve("study.txt")) && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            process.waitFor(random.nextInt(900), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
        }
        Cli last = Cli.run("bench", "run", suite, "--detectors", "knn,gaussian,msp,energy,linear-probe", "-o", target);
        assertThat(last.code()).as(last.err()).isZero();
        assertThat(results(target)).isEqualTo(results(whole));
    }
}
