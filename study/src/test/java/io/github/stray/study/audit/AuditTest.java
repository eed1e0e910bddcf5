// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.stray.extract.FailedSample;
import io.github.stray.remedy.Remedy;
import io.github.stray.study.audit.Finding.ExactCopy;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.features.ProgressListener;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    @TempDir
    Path folder;

    private Path id;
    private Path ood;
    private Path original;

    @BeforeEach
    void draw() throws IOException {
        id = folder.resolve("signs");
        ood = folder.resolve("others");
        new DemoSample(5).train().first(8).writeTo(id);
        new DemoSample(5).outOfDistribution().get(1).first(3).writeTo(ood);
        try (Stream<Path> files = Files.walk(id)) {
            original = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
        }
        Files.copy(original, ood.resolve("copy.png"));
    }

    private Audit audit(Optional<FeatureCache> cache) {
        return new Audit(
                "stray-mini",
                id.toString(),
                Optional.empty(),
                List.of(ood.toString()),
                Optional.empty(),
                Optional.empty(),
                0.9,
                OptionalInt.empty(),
                42,
                8,
                2,
                Provider.CPU,
                cache);
    }

    /** What a listener was told. */
    private static final class Heard implements ProgressListener {
        private final List<String> tasks = new ArrayList<>();
        private final List<FailedSample> failed = new ArrayList<>();

        @Override
        public void begin(String task, String unit, long total) {
            tasks.add("%s %d %s".formatted(task, total, unit));
        }

        @Override
        public void advance(long units) {}

        @Override
        public void failed(FailedSample sample) {
            failed.add(sample);
        }
    }

    @Test
    void run_sets_givesFindingsAndFailuresWithoutWriting() throws IOException {
        Files.writeString(ood.resolve("broken.png"), "no image");
        var heard = new Heard();
        AuditResult result = audit(Optional.empty()).run(heard);
        int n = result.sets().getFirst().size();
        int m = result.sets().getLast().size();
        assertThat(result.exactCopies().found())
                .extracting(copy -> copy.subject().id())
                .contains("copy.png");
        ExactCopy copy = result.exactCopies().found().stream()
                .filter(each -> each.subject().id().equals("copy.png"))
                .findFirst()
                .orElseThrow();
        assertThat(copy.original().id()).isEqualTo(id.relativize(original).toString());
        assertThat(copy.across()).isTrue();
        assertThat(copy.sameFile()).isTrue();
        assertThat(result.tested()).isEqualTo(Math.round(n / 5.0));
        assertThat(result.recognition().orElseThrow().by()).isEqualTo("probe");
        assertThat(result.saturation().firstEntry().getValue().aurocs()).containsOnlyKeys("knn", "mahalanobis");
        assertThat(result.failedSamples().get("ood"))
                .extracting(FailedSample::id)
                .containsExactly("broken.png");
        assertThat(result.failedSamples().get("id")).isEmpty();
        assertThat(heard.failed).isEqualTo(result.failedSamples().get("ood"));
        assertThat(heard.tasks)
                .containsExactly(
                        "reading id %d images".formatted(n),
                        "extracting id %d images".formatted(n),
                        "reading ood %d images".formatted(m + 1),
                        "extracting ood %d images".formatted(m + 1),
                        "comparing %d pairs".formatted(result.compared()),
                        "judging labels 5 folds");
        AuditResult.Cleaned cleaned = result.cleaned().getLast();
        assertThat(cleaned.kept() + cleaned.removed()).isEqualTo(m);
        assertThat(cleaned.removed()).isPositive();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(id, ood);
        }
    }

    @Test
    void run_withCache_findsTheSameAndExtractsOnce() throws IOException {
        Files.writeString(ood.resolve("broken.png"), "no image");
        var cache = new FeatureCache(folder.resolve("cache"), message -> {});
        AuditResult plain = audit(Optional.empty()).run(ProgressListener.NONE);
        AuditResult first = audit(Optional.of(cache)).run(ProgressListener.NONE);
        var entries = cache.list();
        assertThat(entries).hasSize(4);
        assertThat(entries)
                .filteredOn(entry -> entry.extractor().equals("readings"))
                .hasSize(2);
        var heard = new Heard();
        AuditResult second = audit(Optional.of(cache)).run(heard);
        assertThat(cache.list()).hasSameSizeAs(entries);
        assertThat(heard.failed).extracting(FailedSample::id).containsExactly("broken.png");
        for (AuditResult cached : List.of(first, second)) {
            assertThat(cached.findings()).isEqualTo(plain.findings());
            assertThat(cached.saturation()).isEqualTo(plain.saturation());
            assertThat(cached.sharedClasses()).isEqualTo(plain.sharedClasses());
            assertThat(cached.failedSamples()).isEqualTo(plain.failedSamples());
        }
    }

    @Test
    void run_noImageLeftForATest_saysWhatWouldHelp() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one"));
        Files.copy(original, one.resolve("sign.png"));
        AuditResult result =
                Audit.of("stray-mini", one.toString(), List.of(ood.toString())).run(ProgressListener.NONE);
        assertThat(result.tested()).isZero();
        assertThat(result.recognition()).isEmpty();
        assertThat(result.idContent().found()).isEmpty();
        assertThat(result.idContent().missing())
                .contains(new Findings.Missing(
                        "no image of %s is left over for a test; give more".formatted(one), Remedy.OWN_TEST_IMAGES));
    }

    @Test
    void audit_whatCannotBe_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Audit.of("stray-mini", "in", List.of()))
                .withMessage("an audit needs at least one OOD set, got none");
        Audit two = Audit.of("stray-mini", "in", List.of("a", "b"));
        assertThat(two.inputs()).containsOnlyKeys("id", "ood", "ood-2").containsEntry("ood-2", "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Audit(
                        "stray-mini",
                        "in",
                        Optional.empty(),
                        two.ood(),
                        Optional.empty(),
                        Optional.of(List.of("cat")),
                        0.9,
                        OptionalInt.empty(),
                        42,
                        8,
                        2,
                        Provider.CPU,
                        Optional.empty()))
                .withMessage("names of OOD classes are those of one OOD set; 2 were given");
    }

    @Test
    void requireHeld_moreImagesThanFit_saysHowManyDo() {
        Audit.requireHeld("id", 1_048_575, 2048);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Audit.requireHeld("id", 1_281_167, 2048))
                .withMessageContaining("the set id has 1,281,167 images")
                .withMessageEndingWith("audit a part, with a limit of 1048575");
    }
}
