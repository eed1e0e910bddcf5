// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.GoldenCases;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.provenance.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file written twice is the same bytes but for its time. Two JVMs write, since the order of {@code Map.of} is another one in
 * each.
 */
class SameBytesTest {
    private static final Path GOLDEN = Path.of("../golden/detect");

    @TempDir
    Path folder;

    /** Writes one file of every kind, and a detector file of every method, into a folder. */
    static final class Writer {
        private final Path folder;
        private final Set<String> written = new HashSet<>();

        private Writer(Path folder) {
            this.folder = folder;
        }

        public static void main(String[] arguments) throws IOException {
            Writer writer = new Writer(Path.of(arguments[0]));
            try (Stream<Path> files = Files.list(GOLDEN)) {
                for (Path file : files.sorted().toList()) {
                    for (GoldenCases.Case golden : GoldenCases.read(file).cases()) {
                        writer.detector(golden);
                    }
                }
            }
            writer.features();
        }

        private static Provenance provenance() {
            Provenance now =
                    Provenance.now(Map.of("command", "stray", "provider", "cpu", "images", "i", "decoder", "d"));
            var entries = new LinkedHashMap<>(now.entries());
            entries.remove("created");
            return new Provenance(entries);
        }

        private void detector(GoldenCases.Case golden) throws IOException {
            String id = golden.detector().replaceFirst(":.*", "");
            if (!written.add(id)) {
                return;
            }
            CalibratedDetector fitted =
                    CalibratedDetector.fitUncalibrated(golden.fitted().detector(), golden.training());
            DetectorFile.write(
                    folder.resolve(id + ".stray"),
                    new CalibratedDetector(fitted.fitted(), fitted.calibration(), fitted.gallery(), provenance()));
            if (golden.training().head().isPresent()) {
                HeadFile.write(
                        folder.resolve(id + ".head"), golden.training().head().get(), provenance());
            }
            if (golden.training().classes().isPresent()) {
                ClassEmbeddingsFile.write(
                        folder.resolve(id + ".classes"),
                        golden.training().classes().get(),
                        provenance());
            }
        }

        private void features() throws IOException {
            var layers = new LinkedHashMap<Layer, FeatureSpace>();
            layers.put(Layer.FEATURES, FeatureSpace.unknown(2));
            layers.put(Layer.EMBEDDINGS, FeatureSpace.unknown(1));
            layers.put(Layer.LOGITS, FeatureSpace.unknown(1));
            try (FeatureFileWriter writer = FeatureFileWriter.create(
                    folder.resolve("features"), layers, List.of("cat", "dog"), "set", provenance())) {
                writer.accept(new FeatureBatch(
                        List.of("a", "b"),
                        List.of(OptionalInt.of(0), OptionalInt.of(1)),
                        Map.of(
                                Layer.LOGITS,
                                new float[] {7, 8},
                                Layer.FEATURES,
                                new float[] {1, 2, 3, 4},
                                Layer.EMBEDDINGS,
                                new float[] {5, 6})));
                writer.commit();
            }
        }
    }

    private Map<String, String> writtenByAnotherJvm(String name) throws Exception {
        Path target = Files.createDirectory(folder.resolve(name));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        target.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        var digests = new LinkedHashMap<String, String>();
        try (Stream<Path> files = Files.list(target)) {
            for (Path file : files.sorted().toList()) {
                digests.put(file.getFileName().toString(), Sha256.of(file));
            }
        }
        return digests;
    }

    @Test
    void write_twoJvms_sameBytes() throws Exception {
        Map<String, String> first = writtenByAnotherJvm("first");
        assertThat(first)
                .hasSizeGreaterThan(28)
                .containsKeys("knn.stray", "vim.stray", "vim.head", "mcm.classes", "features");
        assertThat(writtenByAnotherJvm("second")).isEqualTo(first);
    }
}
