// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Knn;
import io.github.stray.extract.Checked;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.store.DetectorFile;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.Guard;
import io.github.stray.vision.GuardOptions;
import io.github.stray.vision.RefusedImageException;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of docs/java.md and of the README's part on guards. What stands there is compared with the regions here. */
class GuardSnippetsTest {
    private static final Path HERE = Path.of("src/test/java/io/github/stray/cli/GuardSnippetsTest.java");

    @TempDir
    static Path folder;

    private static Path file;
    private static byte[] bytes;
    private final List<String> said = new ArrayList<>();

    @BeforeAll
    static void fit() throws IOException {
        file = folder.resolve("guard.stray");
        Path signs = Images.signs(folder.resolve("signs"), 12);
        assertThat(Cli.run("fit", "-d", "knn", "-m", "stray-mini", "-i", signs, "-o", file)
                        .code())
                .isZero();
        Path strangers = Images.textures(folder.resolve("strangers"), 1);
        try (Stream<Path> found = Files.walk(strangers)) {
            bytes = Files.readAllBytes(found.filter(path -> path.toString().endsWith(".png"))
                    .sorted()
                    .findFirst()
                    .orElseThrow());
        }
    }

    private void reject(String text) {
        said.add(text);
    }

    @Test
    void one() throws IOException {
        // @start region=one
        try (Guard guard = Guard.open(file)) {
            Detection one = guard.check("upload-17", bytes, 3);
            if (one.verdict().orElseThrow() == Verdict.OUT) {
                reject("p = " + one.pValue().orElseThrow() + ", most like "
                        + one.neighbours().getFirst().id());
            }
        }
        // @end
        assertThat(said).singleElement().asString().contains("most like ").endsWith(".png");
    }

    @Test
    void many() throws IOException {
        Map<String, byte[]> uploads = new LinkedHashMap<>();
        uploads.put("a", bytes);
        uploads.put("b", new byte[] {1, 2, 3});
        try (Guard guard = Guard.open(file)) {
            // @start region=many
            for (Checked checked : guard.check(uploads, 0)) {
                switch (checked) {
                    case Detection detection -> reject(detection.id() + " " + detection.score());
                    case FailedSample failed -> reject(failed.id() + " " + failed.kind() + ": " + failed.reason());
                    default -> throw new AssertionError(checked);
                }
            }
            // @end
        }
        assertThat(said).hasSize(2);
        assertThat(said.getLast()).startsWith("b NOT_AN_IMAGE: not an image that can be read");
    }

    @Test
    void refused() throws IOException {
        byte[] damaged = Arrays.copyOf(bytes, bytes.length / 2);
        try (Guard guard = Guard.open(file)) {
            // @start region=refused
            try {
                guard.check("upload-18", damaged, 0);
            } catch (RefusedImageException e) {
                int status = switch (e.sample().kind()) {
                    case NOT_AN_IMAGE -> 415;
                    case DAMAGED, UNREADABLE -> 422;
                    case TOO_LARGE -> 413;
                    case NO_MEMORY -> 503;
                };
                reject(status + " " + e.sample().reason());
            }
            // @end
        }
        assertThat(said).containsExactly("422 damaged PNG file: it is truncated");
    }

    @Test
    void options() throws IOException {
        Path home = folder.resolve("home");
        // @start region=options
        GuardOptions options = GuardOptions.defaults()
                .withModels(ModelStore.at(home)) // instead of STRAY_HOME
                .withLimits(12_000_000, 5_000_000) // pixels, bytes
                .withThreads(4);
        try (Guard guard = Guard.open(file, options)) {
            reject(guard.extractor() + " keeps scores from " + guard.threshold() + " on; " + guard.digest());
        }
        // @end
        assertThat(said).singleElement().asString().startsWith("stray-mini keeps scores from 0.");
    }

    @Test
    void fitted() throws IOException {
        Map<String, byte[]> images = new LinkedHashMap<>();
        try (Stream<Path> found = Files.walk(folder.resolve("signs"))) {
            for (Path image : found.filter(Files::isRegularFile).sorted().toList()) {
                images.put(image.getFileName() + "-" + images.size(), Files.readAllBytes(image));
            }
        }
        Path own = folder.resolve("own.stray");
        float[][] rows = new float[2][320];
        // @start region=fitted
        try (FeatureExtractor extractor = Extractors.open("stray-mini")) {
            FeatureSet expected =
                    extractor.extract(DatasetSource.of("photos", images)).features();
            DetectorFile.write(own, CalibratedDetector.fit(new Knn(1), expected));
        }
        FeatureSet fromElsewhere = FeatureSet.of(FeatureMatrix.copyOf(rows), "rows");
        FeatureSet twice = FeatureSet.concat(fromElsewhere, fromElsewhere);
        // @end
        assertThat(twice.size()).isEqualTo(4);
        try (Guard guard = Guard.open(own)) {
            assertThat(guard.check("x", bytes, 1).neighbours()).hasSize(1);
        }
    }

    @Test
    void documents_holdTheseRegions() throws IOException {
        String source = Files.readString(HERE);
        String guide = Files.readString(Path.of("../docs/java.md"));
        String readme = Files.readString(Path.of("../README.md"));
        var regions = Pattern.compile("( *)/{2} @start region=(\\w+)\\n(.*?)\\n */{2} @end", Pattern.DOTALL)
                .matcher(source);
        int count = 0;
        while (regions.find()) {
            String text = regions.group(3).indent(-regions.group(1).length()).strip();
            assertThat(guide).as("docs/java.md, %s", regions.group(2)).contains("```java\n" + text + "\n```");
            if (regions.group(2).equals("one")) {
                assertThat(readme).contains("```java\n" + text + "\n```");
            }
            count++;
        }
        assertThat(count).isEqualTo(5);
    }
}
