// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.FeatureFileWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on real images and real networks, which are not part of the repository: skipped without them. The figures
 * are those of {@code tools/real_input.py}, on samples of the sets; here with margins, and smaller where a network is slow.
 */
class RealInputTest {
    private static final Path SHARED = Path.of(System.getenv().getOrDefault("STRAY_SHARED", "../../shared"))
            .toAbsolutePath();
    private static final Path IMAGES = SHARED.resolve("data/images");
    private static final List<String> IMAGENET =
            List.of("--interpolation", "bilinear", "--mean", ".485,.456,.406", "--std", ".229,.224,.225");

    @TempDir
    private static Path folder;

    private static Path resnet20;
    private static Path mobilenetv2;

    @BeforeAll
    static void addNetworks() throws Exception {
        assumeTrue(Files.isDirectory(IMAGES), "no real images at " + IMAGES);
        resnet20 = add("resnet20_cifar10", "32", "exact:32x32", "none", "features,logits");
        mobilenetv2 =
                add("mobilenetv2_imagenet_int8_feat", "224", "shortest:256", "center:224", "features,logits=output");
    }

    @Test
    void cifar10_resnet20_sameRowsWhateverBatchAndThreads_sameAurocWhateverOrder() throws Exception {
        Cifar wide = cifar("wide", "--batch", "64", "--threads", "2");
        double expected = auroc(wide);
        assertThat(expected).isCloseTo(0.861, within(0.005));

        Cifar narrow = cifar("narrow", "--batch", "7", "--threads", "1", "--limit", "1000");
        assertSameRows(narrow.fit(), wide.fit());
        assertSameRows(narrow.id(), wide.id());
        assertSameRows(narrow.ood(), wide.ood());

        assertThat(auroc(new Cifar(shuffled(wide.fit()), shuffled(wide.id()), shuffled(wide.ood()))))
                .isCloseTo(expected, within(1e-6));
    }

    @Test
    void cifar10_strayMini_separatesTextures() throws Exception {
        JsonObject table = job(
                "stray-mini",
                "mahalanobis",
                cifar10("train", 3000),
                cifar10("test", 1000),
                List.of("mnist-test", "dtd10", "intel-scenes", "svhn-samples"));
        assertThat(table.getArray("results")).hasSize(4);
        assertThat(auroc(table, "dtd10")).isGreaterThan(0.8);
        assertThat(table.getDouble("realised_tpr")).isBetween(0.91, 0.98);
    }

    @Test
    void cifar10_mobilenet_separatesTextures() throws Exception {
        JsonObject table =
                job(mobilenetv2.toString(), "knn", cifar10("train", 400), cifar10("test", 200), List.of("dtd10"));
        assertThat(auroc(table, "dtd10")).isGreaterThan(0.97);
    }

    @Test
    void imagenette_mobilenet_separatesFlowersAndTextures() throws Exception {
        Path[] halves = halves(IMAGES.resolve("imagenette-val224.zip"));
        JsonObject table = job(
                mobilenetv2.toString(),
                "knn",
                List.of("-i", halves[0].toString()),
                List.of("-i", halves[1].toString()),
                List.of("imagewoof-val224", "flowers17", "dtd10"));
        assertThat(auroc(table, "flowers17")).isGreaterThan(0.95);
        assertThat(auroc(table, "dtd10")).isGreaterThan(0.9);
        assertThat(auroc(table, "imagewoof-val224")).isBetween(0.85, 0.95);
    }

    private static List<String> cifar10(String split, int limit) {
        String file = "train".equals(split) ? "cifar10-train1000pc.bin.xz" : "cifar10-test.bin.xz";
        return List.of("-i", "cifar10:" + IMAGES.resolve(file), "--limit", Integer.toString(limit));
    }

    /** Fits on images, scores images, evaluates: everything through image inputs. */
    private static JsonObject job(String model, String detector, List<String> fit, List<String> id, List<String> ood)
            throws Exception {
        Path work = Files.createTempDirectory(folder, "job");
        Path fitted = work.resolve("d.stray");
        run(words("fit", "-d", detector, "-m", model, "-o", fitted, fit));
        run(words(
                "score", "-D", fitted, "-m", model, "-o", work.resolve("id.csv").toString(), id));
        var evaluate = new ArrayList<>(
                List.of("evaluate", "--json", "--id", work.resolve("id.csv").toString()));
        for (String set : ood) {
            String scores = work.resolve(set + ".csv").toString();
            run(words(
                    "score",
                    "-D",
                    fitted,
                    "-m",
                    model,
                    "-o",
                    scores,
                    List.of("-i", IMAGES.resolve(set + ".zip").toString())));
            evaluate.addAll(List.of("--ood", scores));
        }
        return JsonParser.object().from(run(evaluate));
    }

    /** Features of CIFAR-10 to fit on, CIFAR-10 to test with, CIFAR-100. */
    private record Cifar(Path fit, Path id, Path ood) {}

    private static Cifar cifar(String name, String... options) {
        return new Cifar(
                extracted(name + "-fit", "cifar10:" + IMAGES.resolve("cifar10-train1000pc.bin.xz"), options),
                extracted(name + "-id", "cifar10:" + IMAGES.resolve("cifar10-test.bin.xz"), options),
                extracted(name + "-ood", "cifar100:" + IMAGES.resolve("cifar100-test.bin.xz"), options));
    }

    private static Path extracted(String name, String input, String... options) {
        Path file = folder.resolve(name + ".safetensors");
        run(words("extract", "-m", resnet20, "-i", input, "-o", file, List.of(options)));
        return file;
    }

    /** A thousand rows, each beside the row of the same image among all. */
    private static void assertSameRows(Path some, Path all) throws IOException {
        FeatureSet few = FeatureFile.read(some).layer(Layer.FEATURES);
        FeatureSet many = FeatureFile.read(all).layer(Layer.FEATURES);
        assertThat(few.size()).isEqualTo(1000);
        assertThat(many.size()).isEqualTo(10_000);
        var rows = new HashMap<String, Integer>();
        for (int i = 0; i < many.size(); i++) {
            rows.put(many.ids().get(i), i);
        }
        for (int i = 0; i < few.size(); i++) {
            String id = few.ids().get(i);
            assertThat(few.features().row(i))
                    .as(id)
                    .containsExactly(many.features().row(requireNonNull(rows.get(id))), within(1e-4f));
        }
    }

    private static double auroc(Cifar features) throws Exception {
        Path work = Files.createTempDirectory(folder, "auroc");
        Path fitted = work.resolve("d.stray");
        Path id = work.resolve("id.csv");
        Path ood = work.resolve("ood.csv");
        run(words("fit", "-d", "knn", "-f", features.fit(), "-o", fitted));
        run(words("score", "-D", fitted, "-f", features.id(), "-o", id));
        run(words("score", "-D", fitted, "-f", features.ood(), "-o", ood));
        return auroc(JsonParser.object().from(run(words("evaluate", "--json", "--id", id, "--ood", ood))), "ood");
    }

    private static double auroc(JsonObject table, String set) {
        JsonArray results = table.getArray("results");
        for (int i = 0; i < results.size(); i++) {
            if (results.getObject(i).getString("ood").equals(set)) {
                return results.getObject(i).getDouble("auroc");
            }
        }
        throw new AssertionError("no row for " + set + " in " + results);
    }

    private static Path shuffled(Path file) throws IOException {
        FeatureSet rows = FeatureFile.read(file).layer(Layer.FEATURES);
        var order = new ArrayList<Integer>();
        for (int i = 0; i < rows.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(7));
        Path target = Path.of(file.toString().replace(".safetensors", "-shuffled.safetensors"));
        try (FeatureFileWriter writer = FeatureFileWriter.create(
                target,
                Map.of(Layer.FEATURES, rows.space()),
                rows.labels().orElseThrow().classNames(),
                "shuffled",
                Provenance.now(Map.of()))) {
            for (int i : order) {
                writer.accept(new FeatureBatch(
                        List.of(rows.ids().get(i)),
                        List.of(OptionalInt.of(rows.labels().orElseThrow().get(i))),
                        Map.of(Layer.FEATURES, rows.features().row(i))));
            }
            writer.commit();
        }
        return target;
    }

    /** Unpacks an archive and lists every other image of it for fitting, the rest for testing. */
    private static Path[] halves(Path archive) throws IOException {
        Path unpacked = Files.createTempDirectory(folder, "unpacked");
        var lists = List.of(new StringBuilder(), new StringBuilder());
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            List<? extends ZipEntry> images = zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .toList();
            for (int i = 0; i < images.size(); i++) {
                String name = images.get(i).getName();
                Path target = unpacked.resolve(name);
                Files.createDirectories(target.resolveSibling("."));
                try (InputStream in = zip.getInputStream(images.get(i))) {
                    Files.copy(in, target);
                }
                lists.get(i % 2).append("%s\t%s%n".formatted(target, classOf(name)));
            }
        }
        return new Path[] {
            Files.writeString(unpacked.resolve("fit.tsv"), lists.get(0)),
            Files.writeString(unpacked.resolve("test.tsv"), lists.get(1))
        };
    }

    private static String classOf(String entry) {
        String[] parts = entry.split("/", -1);
        return parts[parts.length - 2];
    }

    /** Installs a network's file with its card as a folder, which every command takes in place of a name. */
    private static Path add(String file, String size, String resize, String crop, String output) throws Exception {
        Path home = folder.resolve("home");
        String previous = System.setProperty("stray.home", home.toString());
        var words = new ArrayList<>(List.of(
                "models", "add", SHARED.resolve("models/" + file + ".onnx").toString()));
        words.addAll(List.of("--input-size", size, "--resize", resize, "--crop", crop, "--output", output));
        words.addAll(IMAGENET);
        try {
            run(words);
        } finally {
            System.setProperty("stray.home", previous);
        }
        return home.resolve("models").resolve(file);
    }

    private static List<String> words(String command, Object... arguments) {
        var words = new ArrayList<String>();
        words.add(command);
        for (Object argument : arguments) {
            if (argument instanceof List<?> list) {
                list.forEach(word -> words.add(word.toString()));
            } else {
                words.add(argument.toString());
            }
        }
        return words;
    }

    private static String run(List<String> arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = Stray.run(
                arguments.toArray(String[]::new),
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false));
        assertThat(code)
                .as("stray %s%n%s", String.join(" ", arguments), err.toString(StandardCharsets.UTF_8))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
