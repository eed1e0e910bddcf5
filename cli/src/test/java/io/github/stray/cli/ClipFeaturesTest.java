// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accuracies on real CLIP embeddings, which are not part of the repository: skipped without them. */
class ClipFeaturesTest {
    private static final Path CLIP = Path.of(System.getenv().getOrDefault("STRAY_SHARED", "../../shared"))
            .toAbsolutePath()
            .resolve("data/clip-vitb32-features");

    @TempDir
    Path folder;

    @BeforeAll
    static void requireFeatures() {
        assumeTrue(Files.isDirectory(CLIP), "no CLIP features at " + CLIP);
    }

    private static Path clip(String name) {
        return CLIP.resolve(name + ".safetensors");
    }

    /** The accuracies were measured independently when the files were made. */
    @ParameterizedTest
    @CsvSource({
        "imagenet-train-4shot, a, 0.589",
        "imagenet-train-4shot, b, 0.611",
        "imagenet-test-3shot, a, 0.604",
        "imagenet-test-3shot, b, 0.611"
    })
    void accuracy_zeroShot_isTheOneKnown(String images, String text, double expected) {
        JsonObject document = Cli.done(
                        "accuracy", "-f", clip(images), "--class-embeddings", clip("imagenet-text-" + text), "--json")
                .json();
        assertThat(document.getDouble("accuracy")).isCloseTo(expected, within(0.001));
    }

    @Test
    void probe_ofFourImagesAClass_beatsNeighboursOnOthers() {
        Path head = folder.resolve("head.safetensors");
        Cli.done(
                "probe",
                "-f",
                clip("imagenet-train-4shot"),
                "--epochs",
                "20",
                "--batch",
                "64",
                "--held-out",
                "none",
                "-o",
                head,
                "--quiet");
        double probe = Cli.done("accuracy", "-f", clip("imagenet-test-3shot"), "--head", head, "--json")
                .json()
                .getDouble("accuracy");
        double neighbours = Cli.done(
                        "accuracy",
                        "-f",
                        clip("imagenet-test-3shot"),
                        "--neighbours",
                        clip("imagenet-train-4shot"),
                        "--json")
                .json()
                .getDouble("accuracy");
        assertThat(neighbours).isBetween(0.39, 0.43);
        assertThat(probe).isGreaterThan(neighbours + 0.03);
    }
}
