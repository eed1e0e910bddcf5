// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.HeadFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Networks whose classes stand in another order than folders. */
class ClassNamesTest {
    private static final Path CASES = Path.of(System.getenv().getOrDefault("STRAY_SHARED", "../../shared"))
            .resolve("cases");
    private static final List<String> NAMES =
            List.of("jay", "ibis", "hen", "gnu", "fox", "elk", "dog", "cat", "bee", "ant");

    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome home = new FreshHome(() -> folder.resolve("home"));

    private Path head = Path.of(".");
    private Path features = Path.of(".");

    @BeforeEach
    void place() {
        head = folder.resolve("head.safetensors");
        features = folder.resolve("features.safetensors");
    }

    private void addClassifier() throws IOException {
        Path export = Files.createDirectories(folder.resolve("export"));
        Files.copy(Path.of("..", "golden", "graph", "classifier-gemm.onnx"), export.resolve("model.onnx"));
        var names = new JsonObject();
        IntStream.range(0, NAMES.size()).forEach(c -> names.put(Integer.toString(c), NAMES.get(c)));
        var config = new JsonObject();
        config.put("model_type", "resnet");
        config.put("id2label", names);
        Files.writeString(export.resolve("config.json"), JsonWriter.string(config));
        Files.writeString(export.resolve("preprocessor_config.json"), """
                {"crop_size": {"height": 32, "width": 32}, "do_center_crop": true, "do_convert_rgb": true,
                 "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.48, 0.46, 0.41],
                 "image_std": [0.27, 0.26, 0.28], "image_processor_type": "CLIPImageProcessor", "resample": 3,
                 "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 32}}
                """);
        Cli.done("models", "add", export, "--name", "net");
        Cli.done("models", "head", "net", "-o", head);
    }

    /** Every picture in the folder of the class that the network takes it for. */
    private Path judged() throws IOException {
        Path drawn = folder.resolve("drawn");
        Images.signs(Files.createDirectories(drawn.resolve("signs")), 2);
        Images.textures(Files.createDirectories(drawn.resolve("textures")), 12);
        Cli.done(
                "extract",
                "-m",
                "net",
                "-i",
                drawn,
                "--layer",
                "logits",
                "-o",
                folder.resolve("l.safetensors"),
                "--quiet");
        FeatureSet logits = FeatureFile.read(folder.resolve("l.safetensors")).layer(Layer.LOGITS);
        Path judged = folder.resolve("judged");
        for (int i = 0; i < logits.size(); i++) {
            float[] row = logits.features().row(i);
            int largest = IntStream.range(0, row.length).reduce(0, (a, b) -> row[b] > row[a] ? b : a);
            Path place = Files.createDirectories(judged.resolve(NAMES.get(largest)));
            Files.copy(drawn.resolve(logits.ids().get(i)), place.resolve(i + ".png"));
        }
        return judged;
    }

    @Test
    void classifier_whoseClassesAreInAnotherOrder_isJoinedByName() throws IOException {
        addClassifier();
        assertThat(HeadFile.read(head).classNames()).isEqualTo(NAMES);
        assertThat(Cli.done("models", "show", "net").out()).contains("classes        10: jay, ibis, hen");
        Path judged = judged();
        Cli.done("extract", "-m", "net", "-i", judged, "-o", features, "--quiet");
        assertThat(FeatureFile.read(features)
                        .layer(Layer.FEATURES)
                        .labels()
                        .orElseThrow()
                        .classNames())
                .as("classes that the network tells apart")
                .hasSizeGreaterThan(1);
        assertThat(Cli.done("accuracy", "-f", features, "--head", head).out()).contains("accuracy 1.0000");
        Cli she = Cli.run(
                "fit",
                "-d",
                "she",
                "-f",
                features,
                "--head",
                head,
                "--calibration",
                "none",
                "-o",
                folder.resolve("she.stray"));
        assertThat(she.code()).isZero();
        assertThat(she.err()).contains("classes have no training rows").doesNotContain("correctly classified");
        Images.otherSigns(Files.createDirectories(folder.resolve("other")), 2);
        Path suite = Files.writeString(folder.resolve("judged.yaml"), """
                name: judged
                title: Judged
                sets: {train: judged, test: other, ood: drawn/textures}
                pairs:
                  - {name: judged, train: train, test: test, far: [ood]}
                extractors: [net]
                detectors: [she]
                """);
        Cli study = Cli.run("bench", "run", suite, "-o", folder.resolve("study"), "--quiet");
        assertThat(study.err()).isEmpty();
        assertThat(study.out()).contains("1 cell, 0 not applicable, 0 failed");
    }

    private static Path shared(String name) {
        Path place = CASES.resolve(name);
        assumeTrue(Files.isDirectory(place), "no case at " + place);
        return place;
    }

    @Test
    void case_classNamesOrder_isRight() throws IOException {
        Path place = shared("exports/class-names-order");
        Cli.done("models", "add", place.resolve("model"), "--name", "net");
        Cli.done("models", "head", "net", "-o", head);
        Cli.done("extract", "-m", "net", "-i", place.resolve("images"), "-o", features, "--quiet");
        assertThat(Cli.done("accuracy", "-f", features, "--head", head).out()).contains("accuracy 1.0000");
    }

    @Test
    void case_numericClassFolders_areNumbersAsInLists() throws IOException {
        Path place = shared("numeric-class-folders");
        Cli.done(
                "models",
                "add",
                place.resolve("twelve.onnx"),
                "--input-size",
                "16",
                "--resize",
                "exact:16x16",
                "--crop",
                "none",
                "--interpolation",
                "bilinear",
                "--mean",
                "0,0,0",
                "--std",
                "1,1,1",
                "--output",
                "features,logits");
        Cli.done("models", "head", "twelve", "-o", head);
        for (String input : List.of("num", "list.txt")) {
            Cli.done("extract", "-m", "twelve", "-i", place.resolve(input), "-o", features, "--quiet", "--force");
            assertThat(Cli.done("accuracy", "-f", features, "--head", head).out())
                    .as(input)
                    .contains("accuracy 1.0000");
        }
    }
}
