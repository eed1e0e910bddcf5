// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.FailedSample;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.study.attack.AttackResult.AttackedImage;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.features.ProgressListener;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttackTest {
    private static final AttackRecipe TWO_STEPS = new AttackRecipe(AttackRecipe.Method.ADAM, 2, 1e-3, 0, 1, 42);

    @TempDir
    Path folder;

    private Path id;
    private Path ood;

    @BeforeEach
    void draw() throws IOException {
        id = folder.resolve("signs");
        ood = folder.resolve("others");
        new DemoSample(5).train().first(4).writeTo(id);
        new DemoSample(5).outOfDistribution().get(1).first(1).writeTo(ood);
    }

    private Attack attack(List<String> detectors, Optional<FeatureCache> cache) {
        return new Attack(
                "stray-mini",
                id.toString(),
                Optional.empty(),
                ood.toString(),
                OptionalInt.of(3),
                TWO_STEPS,
                detectors,
                Optional.empty(),
                Optional.empty(),
                2,
                2,
                Provider.CPU,
                cache);
    }

    private static List<Object> scores(AttackResult result) {
        return result.figures().stream()
                .<Object>map(figures -> List.of(
                        figures.clean().auroc(),
                        figures.attacked().auroc(),
                        figures.rounded().auroc()))
                .toList();
    }

    @Test
    void run_images_areAttackedAndMeasured() throws IOException {
        Path out = folder.resolve("attacked");
        AttackResult result = attack(List.of("knn"), Optional.empty()).run(out, false, ProgressListener.NONE);
        assertThat(result.images()).hasSize(3).allMatch(image -> Files.isRegularFile(image.file()));
        assertThat(result.figures()).extracting(AttackFigures::targetsInGallery).containsExactly(true, false);
        assertThat(result.examples())
                .hasSize(3)
                .allMatch(example -> example.pictures().size() == 4);
        assertThat(result.means()).containsOnlyKeys("cosine", "mean", "max", "norm");
        assertThat(result.means().get("cosine"))
                .isEqualTo(result.images().stream()
                        .map(AttackedImage::figures)
                        .mapToDouble(figures -> figures.get("cosine"))
                        .average()
                        .orElseThrow());
        assertThat(result.reused()).isZero();
        assertThat(result.secondsPerImage()).isPresent();
        assertThat(result.tested()).isEqualTo(3);
        assertThat(out.resolve("attack.json")).doesNotExist();

        Map<String, Object> document = AttackFiles.write(result, "");
        assertThat(document).containsEntry("n_ood", 3).containsEntry("n_id_test", 3);
        assertThat(out.resolve("attack.json")).exists();
        assertThat(out.resolve("report.html")).exists();
        assertThat(Files.readAllLines(out.resolve("attacked.jsonl")))
                .hasSize(3)
                .first()
                .asString()
                .startsWith("{\"id\":\"%s\",\"image\":\"images/00000.png\",\"target\":"
                        .formatted(result.images().getFirst().id()));
    }

    @Test
    void run_withCache_goesOnWhereItWasWithTheSameFigures() throws IOException {
        Files.writeString(ood.resolve("broken.png"), "no image");
        Path out = folder.resolve("attacked");
        var cache = new FeatureCache(folder.resolve("cache"), message -> {});
        AttackResult plain =
                attack(List.of(), Optional.empty()).run(folder.resolve("plain"), false, ProgressListener.NONE);
        AttackResult first = attack(List.of(), Optional.of(cache)).run(out, false, ProgressListener.NONE);
        AttackResult second = attack(List.of(), Optional.of(cache)).run(out, false, ProgressListener.NONE);
        assertThat(cache.list()).hasSize(2);
        assertThat(second.reused()).isEqualTo(second.images().size());
        assertThat(second.secondsPerImage()).isEmpty();
        assertThat(first.figures())
                .extracting(AttackFigures::detector)
                .containsExactly("knn", "knn", "mahalanobis", "mahalanobis", "linear-probe", "linear-probe");
        for (AttackResult cached : List.of(first, second)) {
            assertThat(scores(cached)).isEqualTo(scores(plain));
            assertThat(cached.failedSamples()).isEqualTo(plain.failedSamples());
        }
        assertThat(plain.failedSamples()).extracting(FailedSample::id).isSubsetOf("broken.png");
    }

    @Test
    void run_whatIsLacking_isSaidWithoutFlags() throws IOException {
        Path out = Files.createDirectories(folder.resolve("taken"));
        Files.writeString(out.resolve("mine.txt"), "mine");
        assertRefused(attack(List.of("mcm"), Optional.empty()), out, Remedy.CLASS_NAMES, "mcm reads language");
        assertRefused(
                attack(List.of("vim"), Optional.empty()), out, Remedy.HEAD_OF_EXTRACTOR, "vim needs a linear head");
        assertRefused(
                attack(List.of("knn"), Optional.empty()),
                out,
                Remedy.FORCE,
                "%s is not empty and holds no attack; take another folder".formatted(out));
    }

    private static void assertRefused(Attack attack, Path out, Remedy remedy, String message) {
        assertThatThrownBy(() -> attack.run(out, false, ProgressListener.NONE))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.remedy()).isEqualTo(remedy))
                .hasMessageContaining(message)
                .hasMessageNotContaining("--");
    }
}
